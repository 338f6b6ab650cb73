import { DateTime, type Zone } from 'luxon';
import type { Window } from '../model/answers.js';

/**
 * A moment as ISO 8601 to the second: `2026-11-17T09:30:00Z`, or with the zone's offset then.
 * @param epoch seconds
 * @param tz IANA zone name, known to be good
 */
export function formatTime(epoch: number, tz: string): string {
  const time = DateTime.fromSeconds(Math.floor(epoch), { zone: tz, locale: 'en-US' });
  return time.toFormat(isUtc(time.zone) ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ssZZ");
}

/** A length in the units people use: `45 s`, `1 h 5 min`, `24 h`, `6 d 23 h`. Exact to the second. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  // One day is spoken of in hours, which shows a day of 23 or 25 at once.
  const days = total >= 2 * 86_400 ? Math.floor(total / 86_400) : 0;
  const rest = total - days * 86_400;
  const parts: [number, string][] = [
    [days, 'd'],
    [Math.floor(rest / 3600), 'h'],
    [Math.floor((rest % 3600) / 60), 'min'],
    [rest % 60, 's'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.length === 0 ? '0 s' : shown.join(' ');
}

/**
 * A window in full: `Tuesday 2026-11-17 00:00:00 to Wednesday 2026-11-18 00:00:00 UTC (24 h)`.
 * Outside UTC each time carries its offset, so that the hour that comes twice in autumn is told apart.
 * The text can be given back as `--on` and means the same window.
 */
export function describeWindow({ from, to, tz }: Window): string {
  return `${spell(from, tz)} to ${spell(to, tz)} ${tz} (${formatDuration(to - from)})`;
}

function spell(epoch: number, tz: string): string {
  const time = DateTime.fromSeconds(epoch, { zone: tz, locale: 'en-US' });
  return time.toFormat(isUtc(time.zone) ? 'cccc yyyy-MM-dd HH:mm:ss' : 'cccc yyyy-MM-dd HH:mm:ss ZZ');
}

function isUtc(zone: Zone): boolean {
  return /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/i.test(zone.name);
}
