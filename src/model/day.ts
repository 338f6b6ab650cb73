/** Day (UTC) of a moment, as ISO writes it: `2026-11-17`. @param time epoch seconds */
export function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}
