import type { Coverage, CoverageRow } from '../model/answers.js';
import { accountInFull } from './names.js';
import type { Style } from './style.js';
import { hang, middle, pad, widthOf } from './text-fit.js';

const HOUR = 3600;
const SHORTEST_DAY = 24;

/**
 * Pictures of the hours seen, a line for each account and region: one sign an hour, side by side by day; when those
 * do not fit, one sign a day, shaded by its share of hours; nothing when not even those fit.
 */
export function stripLines(
  rows: readonly CoverageRow[],
  window: { from: number; to: number },
  style: Style,
  proven: Coverage['proven'] = [],
): string[] {
  const days = daysOf(window, style);
  if (rows.length === 0 || days === null) return [];
  const { paint, glyph } = style;
  const names = rows.map((row) => `${accountInFull(row.accountId, style)} ${style.clean(row.region)}`);
  const labelWidth = Math.min(Math.max(...names.map(widthOf)), Math.floor(style.width / 2) - 4);
  const room = style.width - labelWidth - 4;
  const labels = names.map((name) => pad(middle(name, labelWidth, glyph.ellipsis), labelWidth));
  const blank = ' '.repeat(labelWidth + 4);
  const seen = rows.map(({ hours }) => new Set(hours.map(hourOf)));
  const sure = new Map(
    proven.map((place) => [`${place.accountId} ${place.region}`, new Set(place.hours.map(hourOf))]),
  );
  const proofs = rows.map((row) =>
    proven.length === 0 ? null : (sure.get(`${row.accountId} ${row.region}`) ?? new Set<number>()),
  );
  const zone = style.clock.name;
  if (days.reduce((sum, { hours }) => sum + Math.max(SHORTEST_DAY, hours.length) + 1, -1) <= room) {
    const width = ({ hours }: Day) => Math.max(SHORTEST_DAY, hours.length);
    const ruler = days.map((day) => pad(`${day.name} 0h`.slice(0, 10), width(day))).join(' ');
    return [
      paint.bold('Hours seen') + paint.dim(`, one sign an hour, ${zone}${legend(proven, style)}`),
      paint.dim(blank + ruler),
      ...labels.map((label, at) => {
        const strip = days
          .map((day) => pad(hourSigns(day, seen[at]!, proofs[at]!, style), width(day)))
          .join(' ');
        return `  ${label}  ${strip}`;
      }),
    ];
  }
  if (days.length > room) return [];
  return [
    ...hang(
      paint.bold('Hours seen'),
      paint.dim(`, one sign a day from ${days[0]!.name} to ${days.at(-1)!.name}, ${zone}`),
      style.width,
    ),
    ...labels.map((label, at) => `  ${label}  ${days.map((day) => daySign(day, seen[at]!, style)).join('')}`),
  ];
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR);
}

interface Day {
  name: string;
  /** Hours since 1970 that begin on this day, inside the window. */
  hours: number[];
  /** Hours of the day before the window begins. */
  skipped: number;
}

/** Null for windows too long to draw. */
function daysOf({ from, to }: { from: number; to: number }, style: Style): Day[] | null {
  const [first, end] = [Math.floor(from / HOUR), Math.ceil(to / HOUR)];
  if (!(end - first <= 24 * 200)) return null;
  const days: Day[] = [];
  for (let hour = first; hour < end; hour++) {
    const name = style.clock.day(hour * HOUR);
    const day = days.at(-1);
    if (day?.name === name) day.hours.push(hour);
    else days.push({ name, hours: [hour], skipped: days.length === 0 ? style.clock.hour(hour * HOUR) : 0 });
  }
  return days.length === 0 ? null : days;
}

/** What the signs mean where digests tell proven hours from those seen. */
function legend(proven: Coverage['proven'], { glyph }: Style): string {
  if (proven.length === 0) return '';
  return `: ${glyph.shades.at(-1)} proven complete, ${glyph.shades.at(-2)} seen, ${glyph.shades[0]} unknown`;
}

/** @param proven null where no digest was looked at: then what was seen is all there is to tell. */
function hourSigns(
  { hours, skipped }: Day,
  seen: ReadonlySet<number>,
  proven: ReadonlySet<number> | null,
  style: Style,
): string {
  const { shades } = style.glyph;
  const [none, some, all] = [shades[0]!, shades.at(proven === null ? -1 : -2)!, shades.at(-1)!];
  return (
    ' '.repeat(skipped) +
    hours.map((hour) => (proven?.has(hour) ? all : seen.has(hour) ? some : none)).join('')
  );
}

function daySign({ hours }: Day, seen: ReadonlySet<number>, style: Style): string {
  const { shades } = style.glyph;
  const share = hours.filter((hour) => seen.has(hour)).length / hours.length;
  // Full and empty are said only of days that are.
  if (share === 0 || share === 1) return shades[share === 0 ? 0 : shades.length - 1]!;
  return shades[1 + Math.floor(share * (shades.length - 2))]!;
}
