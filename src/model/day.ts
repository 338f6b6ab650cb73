/** A day that exists, as ISO writes it: `2026-11-17`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** A moment as ISO writes it, UTC: `2026-11-17T10:00:12Z`. @param time whole epoch seconds */
export function isoOf(time: number): string {
  return new Date(time * 1000).toISOString().replace('.000', '');
}

/** Day (UTC) of a moment, as ISO writes it: `2026-11-17`. @param time epoch seconds */
export function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}
