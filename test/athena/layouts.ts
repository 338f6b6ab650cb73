import type { Lake } from './lake.js';

/** What a partition column holds. */
export type Part =
  | 'org'
  | 'account'
  | 'region'
  | 'yyyy/MM/dd'
  | 'yyyy-MM-dd'
  | 'year'
  | 'month'
  | 'dayOfMonth';

/** How people partition tables over CloudTrail's logs: column names with what they hold, in the table's order. */
export const layouts = {
  unpartitioned: {},
  timestamp: { timestamp: 'yyyy/MM/dd' },
  'account-region-timestamp': { account: 'account', region: 'region', timestamp: 'yyyy/MM/dd' },
  'region-year-month-day': { region: 'region', year: 'year', month: 'month', day: 'dayOfMonth' },
  'account-region-year-month-day': {
    ...{ account: 'account', region: 'region' },
    ...{ year: 'year', month: 'month', day: 'dayOfMonth' },
  },
  dt: { dt: 'yyyy/MM/dd' },
  'dt-dashes': { dt: 'yyyy-MM-dd' },
  'org-account-region-day': { org: 'org', account: 'account', region: 'region', day: 'yyyy/MM/dd' },
  'account-region-day': { account: 'account', region: 'region', day: 'yyyy/MM/dd' },
  'region-day': { region: 'region', day: 'yyyy/MM/dd' },
} as const satisfies Record<string, Record<string, Part>>;

export type LayoutName = keyof typeof layouts;

/** A day's folder is one path: it cannot be projected from a day that is written with dashes. */
export const onlyAdded: readonly LayoutName[] = ['dt-dashes'];

/** What a table of this layout can hold of a lake: without a column for it there is one account or one region. */
export function reachOf(layout: LayoutName, lake: Lake): { accounts: string[]; regions: string[] } {
  const parts = Object.values(layouts[layout]);
  const all = parts.length === 0;
  return {
    accounts: all || parts.includes('account') ? lake.accounts : lake.accounts.slice(0, 1),
    regions: all || parts.includes('region') ? lake.regions : lake.regions.slice(0, 1),
  };
}
