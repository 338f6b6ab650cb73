import { bytesText, dollarsText } from '../report/index.js';

/** How far an ingest is. `seconds` since it began; totals may grow while the sources are listed. */
export interface Progress {
  phase: 'listing' | 'asking' | 'reading' | 'linking';
  objectsDone: number;
  objectsTotal: number;
  bytesDone: number;
  bytesTotal: number;
  records: number;
  /** Of a query engine. */
  engine?: { queued: number; running: number; scannedBytes: number; dollars: number };
  seconds: number;
}

const doing = {
  listing: 'listing',
  asking: 'asking Athena',
  reading: 'reading',
  linking: 'linking sessions',
} as const;

/** `reading: 120 of 480 files, 52,300 records, 10,460/s, 15 s left`. */
export function progressLine(p: Progress): string {
  if (p.engine !== undefined || p.phase === 'asking') return engineLine(p);
  if (p.phase === 'listing') return `${doing.listing}: ${number(p.objectsTotal)} files`;
  const parts = [
    `${number(p.objectsDone)} of ${number(p.objectsTotal)} files`,
    `${number(p.records)} records`,
  ];
  if (p.phase === 'reading' && p.seconds >= 1) {
    parts.push(`${number(p.records / p.seconds)}/s`);
    const left = secondsLeft(p);
    if (left !== null) parts.push(`${duration(left)} left`);
  }
  return `${doing[p.phase]}: ${parts.join(', ')}`;
}

/** `asking Athena: 2 of 7 days, 3 running, 1 queued, 12.4 GB scanned, 0.06 USD`. */
function engineLine(p: Progress): string {
  const { queued, running, scannedBytes, dollars } = p.engine ?? {
    queued: 0,
    running: 0,
    scannedBytes: 0,
    dollars: 0,
  };
  const states = [
    ...(running > 0 ? [`${running} running`] : []),
    ...(queued > 0 ? [`${queued} queued`] : []),
    ...(p.records > 0 ? [`${number(p.records)} rows`] : []),
  ];
  return [
    `${doing[p.phase]}: ${number(p.objectsDone)} of ${number(p.objectsTotal)} days`,
    ...states,
    `${bytesText(scannedBytes)} scanned`,
    dollarsText(dollars),
  ].join(', ');
}

/**
 * The line of the bar: the bar itself where there is room, and `progressLine`.
 * @param share done, 0 to 1
 * @param o.width columns that the text may take
 */
export function barText(p: Progress, share: number, o: { unicode: boolean; width: number }): string {
  const text = progressLine(p);
  const room = o.width - text.length - 1;
  if (p.phase === 'listing' || room < 10) return text.slice(0, o.width);
  const size = Math.min(24, room);
  const full = Math.round(Math.min(1, Math.max(0, share)) * size);
  const [done, open] = o.unicode ? (['█', '░'] as const) : (['#', '.'] as const);
  return `${done.repeat(full)}${open.repeat(size - full)} ${text}`;
}

/** By bytes, not files: files differ in size by the thousand. Null while nothing can be said. */
function secondsLeft(p: Progress): number | null {
  if (p.bytesDone <= 0 || p.bytesTotal <= 0) return null;
  return Math.max(0, p.bytesTotal - p.bytesDone) * (p.seconds / p.bytesDone);
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
