import type { Who, WhoAnswer } from '../model/answers.js';
import type { HeldSession } from '../model/session.js';
import { iso } from './json-text.js';
import { atAccount, originKind, originName } from './names.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { heldSessionLines, type Known } from './who-session.js';
import { callsText, count, number } from './words.js';

const MOST_SESSIONS = 8;

/** One origin with its sessions; a long list is folded, and says what the fold hides. */
export function originLines(answer: WhoAnswer, who: Who, known: Known, style: Style): string[] {
  const shown = answer.sessions.slice(0, MOST_SESSIONS);
  const hidden = answer.sessions.slice(MOST_SESSIONS);
  return [
    ...headingLines(answer, style),
    ...shown.flatMap((session) => heldSessionLines(session, known, style, tellsPermissions(who))),
    ...(hidden.length > 0 ? foldLines(hidden, answer, who, style) : []),
  ];
}

/** Where no record shows any permissions, what the question was taken to mean says why for all alike. */
function tellsPermissions({ answers }: Who): boolean {
  return answers.some(({ sessions }) =>
    sessions.some(({ adminBy }) => adminBy !== null && adminBy.permissions !== 'unknown'),
  );
}

function headingLines({ origin, sessions, used }: WhoAnswer, style: Style): string[] {
  const { paint, glyph } = style;
  const unobserved = origin.kind === 'unobserved';
  const name = originName(origin, style);
  const kind = unobserved && name === originKind(origin.kind, style) ? '' : originKind(origin.kind, style);
  const detail = style.clean(origin.detail);
  const about = [
    [kind, atAccount(origin.accountId, style)].filter((text) => text !== '').join(' '),
    detail,
    ...(sessions.length > 1
      ? [
          `${count(sessions.length, 'session')}, ${used === null ? 'never used' : callsText(used.calls, used.denied)}`,
        ]
      : []),
  ].filter((text) => text !== '');
  const painted = paint.bold(unobserved ? paint.yellow(name) : paint.green(name));
  const separator = ` ${glyph.dot} `;
  return hang(`${glyph.bullet} `, `${painted}  ${paint.dim(about.join(separator))}`, style.width);
}

function foldLines(hidden: readonly HeldSession[], answer: WhoAnswer, who: Who, style: Style): string[] {
  const used = hidden.flatMap((session) => (session.used === null ? [] : [session.used]));
  const calls = used.reduce((sum, each) => sum + each.calls, 0);
  const denied = used.reduce((sum, each) => sum + each.denied, 0);
  const unused = hidden.length - used.length;
  const summary = [
    ...(used.length > 0 ? [`${number(used.length)} used (${callsText(calls, denied)})`] : []),
    ...(unused > 0 ? [`${number(unused)} never used`] : []),
  ];
  const text = `and ${number(hidden.length)} more: ${summary.join(', ')}`;
  return [
    ...hang('  ', text, style.width),
    ...hang('    ', style.paint.dim(commandFor(answer, who)), style.width),
  ];
}

/** A command line that lists them all. Text from a record is put into one only when no shell would act on it. */
function commandFor(answer: WhoAnswer, { question, window }: Who): string {
  const options: [flag: string, value: string | null][] = [
    ['--account', question.account],
    ['--role', question.role],
    ['--origin', answer.origin.id],
    ['--from', iso(window.from)],
    ['--to', iso(window.to)],
  ];
  const words = options.flatMap(([flag, value]) =>
    value !== null && /^[A-Za-z0-9_@./:][A-Za-z0-9_@./:=+,-]*$/.test(value) ? [`${flag} ${value}`] : [],
  );
  return ['rolecall sessions', ...words].join(' ');
}
