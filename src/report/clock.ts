import { DateTime, type Zone } from 'luxon';

/** Writes moments for people, in one zone that is always named. All arguments are epoch seconds. */
export class Clock {
  private readonly zone: string;

  constructor(
    tz: string,
    private readonly dash: string,
  ) {
    this.zone = DateTime.utc().setZone(tz).isValid ? tz : 'UTC';
  }

  /** The zone as asked for: `UTC`, `Africa/Johannesburg`. */
  get name(): string {
    return this.zone;
  }

  /** `2026-11-17` */
  day(epoch: number): string {
    return this.format(epoch, 'yyyy-MM-dd');
  }

  /** `10:00:12` */
  time(epoch: number): string {
    return this.format(epoch, 'HH:mm:ss');
  }

  /** `2026-11-17 10:00:12`, for columns whose heading names the zone. */
  stamp(epoch: number): string {
    return this.format(epoch, 'yyyy-MM-dd HH:mm:ss');
  }

  /** `UTC`, or the offset then: `+02:00`. */
  offset(epoch: number): string {
    const time = this.at(epoch);
    return time.isValid && !isUtc(time.zone) ? time.toFormat('ZZ') : 'UTC';
  }

  /** `2026-11-17 10:00:12 UTC` */
  moment(epoch: number): string {
    return `${this.stamp(epoch)} ${this.offset(epoch)}`;
  }

  /** `2026-11-17 10:00:12 – 11:00:12 UTC`; the date and the zone are said again only when they change. */
  span(from: number, to: number): string {
    if (from === to) return this.moment(from);
    const end = this.day(from) === this.day(to) ? this.time(to) : this.stamp(to);
    const zones = [this.offset(from), this.offset(to)] as const;
    const start = zones[0] === zones[1] ? this.stamp(from) : this.moment(from);
    return `${start} ${this.dash} ${end} ${zones[1]}`;
  }

  /** `Tuesday 2026-11-17 00:00:00 to Wednesday 2026-11-18 00:00:00 UTC (24 h)` */
  window(from: number, to: number): string {
    const utc = isUtc(this.at(from).zone);
    const shape = utc ? 'cccc yyyy-MM-dd HH:mm:ss' : 'cccc yyyy-MM-dd HH:mm:ss ZZ';
    return `${this.format(from, shape)} to ${this.format(to, shape)} ${this.zone} (${duration(to - from)})`;
  }

  /** Hour of the day, 0 to 23. */
  hour(epoch: number): number {
    return this.at(epoch).hour;
  }

  private at(epoch: number): DateTime {
    return DateTime.fromSeconds(Math.floor(epoch), { zone: this.zone, locale: 'en-US' });
  }

  private format(epoch: number, shape: string): string {
    const time = this.at(epoch);
    return time.isValid ? time.toFormat(shape) : 'unknown time';
  }
}

/** A length in the units people use: `45 s`, `1 h 5 min`, `24 h`, `6 d 23 h`. Exact to the second. */
export function duration(seconds: number): string {
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
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return shown.length === 0 ? '0 s' : shown.join(' ');
}

function isUtc(zone: Zone): boolean {
  return /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu)$/i.test(zone.name);
}
