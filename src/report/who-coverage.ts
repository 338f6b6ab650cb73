import type { Who } from '../model/answers.js';
import { digestProblemLines } from './digests.js';
import { gapLines, hoursIn } from './gaps.js';
import { accountInFull } from './names.js';
import { damagedFiles, problemLines } from './problems.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

const MOST_GAPS = 8;

/** What the logs show of the window, by account; then what they do not. */
export function whoCoverageLines(who: Who, style: Style): string[] {
  const { coverage, window } = who;
  const title = style.paint.bold('Coverage of this window');
  const hours = hoursIn(coverage.window ?? window);
  const accounts = byAccount(who).map(([accountId, { records, regions, seen }]) => {
    const share = `${number(seen.size)} of ${count(hours, 'hour')}`;
    const told = `${accountInFull(accountId, style)}: ${count(records, 'record')}, ${share}, ${count(regions, 'region')}`;
    return `${told}${provenText(who, accountId, hours)}`;
  });
  return [
    title,
    ...accounts.flatMap((text) => hang('  ', text, style.width)),
    ...unseenAccounts(who).flatMap((accountId) =>
      hang(
        '  ',
        style.paint.yellow(`no records from ${accountInFull(accountId, style)} at all`),
        style.width,
      ),
    ),
    ...gapLines(coverage.gaps, MOST_GAPS, '`rolecall coverage` lists them', style),
    ...damagedLines(who, style),
    ...digestProblemLines(coverage.digests.problems, 4, style).map((line, i) =>
      i === 0 ? `  ${line}` : line,
    ),
    ...(isComplete(who) ? ['  no gaps'] : []),
  ];
}

/** The last word: whether the list can be relied on, and nobody is nobody only as far as the logs reach. */
export function closingLines(who: Who, style: Style): string[] {
  const { paint } = style;
  const nobody = who.answers.length === 0;
  if (isComplete(who)) {
    return nobody ? [paint.bold('Nobody held it in the logs collected.')] : [];
  }
  const why =
    who.coverage.rows.length === 0
      ? 'the store has no records of this window'
      : 'the logs have gaps in this window';
  const text = nobody
    ? `${paint.bold('Nobody held it in the logs collected')}, but ${why}: ${paint.yellow('no answer is not proof of absence.')}`
    : paint.yellow(`The list may be incomplete: ${why}.`);
  return hang('', text, style.width);
}

function isComplete(who: Who): boolean {
  const { rows, gaps, damaged, digests } = who.coverage;
  const wrong = gaps.length + damaged.length + digests.problems.length + unseenAccounts(who).length;
  return rows.length > 0 && wrong === 0;
}

/** How far digests prove what was seen of an account; '' where nobody asked them. */
function provenText({ coverage }: Who, accountId: string, hours: number): string {
  if (coverage.digests.verified === 0) return '';
  const seen = coverage.rows.filter((row) => row.accountId === accountId);
  const sure = new Map(
    coverage.proven.map((place) => [`${place.accountId} ${place.region}`, place.hours.length]),
  );
  const amounts = seen.map(({ region }) => sure.get(`${accountId} ${region}`) ?? 0);
  const least = Math.min(...amounts);
  if (least >= hours) return '; complete, proven by digests';
  return `; ${number(least)} of ${count(hours, 'hour')} proven complete by digests, the rest only seen`;
}

/** Accounts asked about that the window has no record of. */
function unseenAccounts({ question, coverage }: Who): string[] {
  const seen = new Set(coverage.rows.map(({ accountId }) => accountId));
  return question.accountIds.filter((accountId) => !seen.has(accountId));
}

function damagedLines({ coverage }: Who, style: Style): string[] {
  if (coverage.damaged.length === 0) return [];
  const title = `${damagedFiles(coverage)} could not be read completely`;
  return [`  ${style.paint.yellow(title)}`, ...problemLines(coverage.damaged, 4, style)];
}

interface Seen {
  records: number;
  regions: number;
  seen: Set<number>;
}

function byAccount({ coverage }: Who): [accountId: string, seen: Seen][] {
  const accounts = new Map<string, Seen>();
  for (const { accountId, records, hours } of coverage.rows) {
    const before = accounts.get(accountId) ?? { records: 0, regions: 0, seen: new Set<number>() };
    for (const hour of hours) before.seen.add(hour);
    accounts.set(accountId, { ...before, records: before.records + records, regions: before.regions + 1 });
  }
  return [...accounts];
}
