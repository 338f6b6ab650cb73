import type { LayoutPlace } from './layout.js';

/** Half-open window in epoch seconds, account ids and region names; what is absent does not narrow. */
export interface SourceFilter {
  from?: number;
  to?: number;
  accounts?: string[];
  regions?: string[];
}

const daySeconds = 86_400;

/**
 * True when the path rules a file or folder out. What the layout does not tell rules nothing out. Days are kept one
 * wider on both sides: delivery runs late, and a retried delivery later still.
 */
export function ruledOut(place: LayoutPlace | null, filter: SourceFilter): boolean {
  if (place === null) return false;
  if (place.account !== null && filter.accounts && !filter.accounts.includes(place.account)) return true;
  if (place.region !== null && filter.regions && !filter.regions.includes(place.region)) return true;
  const start = place.day === null ? Number.NaN : Date.parse(`${place.day}T00:00:00Z`) / 1000;
  if (Number.isNaN(start)) return false;
  if (filter.from !== undefined && start + 2 * daySeconds <= filter.from) return true;
  return filter.to !== undefined && start - daySeconds >= filter.to;
}
