import type { ChainAnswer, ChainNode } from '../model/answers.js';
import type { Session } from '../model/session.js';
import { paintedDoubt } from './link-words.js';
import { atAccount, originKind, originName, roleAt, shortId } from './names.js';
import type { Style } from './style.js';
import { hang, middle, widthOf } from './text-fit.js';
import { callsText, number } from './words.js';

/** The tree from the origin to all descendants, two lines a session. */
export function treeLines(answer: ChainAnswer, style: Style): string[] {
  const lines = originLines(answer, style);
  // A stack instead of recursion: roles juggled for weeks make chains of thousands.
  const stack: { node: ChainNode; rail: string; last: boolean }[] = [
    { node: answer.root, rail: '', last: true },
  ];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node, rail, last } = at;
    const below = rail + (last ? '   ' : style.glyph.rail);
    lines.push(
      ...sessionLines(
        node,
        answer.focus,
        rail + (last ? style.glyph.last : style.glyph.branch),
        below,
        style,
      ),
    );
    const { children } = node;
    for (let child = children.length - 1; child >= 0; child--) {
      stack.push({ node: children[child]!, rail: below, last: child === children.length - 1 });
    }
  }
  return lines;
}

/** Every session of the tree, parents first. */
export function sessionsOf(root: ChainNode): Session[] {
  const sessions: Session[] = [];
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    sessions.push(node.session);
    stack.push(...node.children.toReversed());
  }
  return sessions;
}

function originLines({ origin }: ChainAnswer, style: Style): string[] {
  const { paint, glyph } = style;
  const name = originName(origin, style);
  const kind = originKind(origin.kind, style);
  const about = [kind === name ? '' : kind, atAccount(origin.accountId, style), style.clean(origin.detail)]
    .filter((text) => text !== '')
    .join(' ');
  const painted = paint.bold(origin.kind === 'unobserved' ? paint.yellow(name) : paint.green(name));
  return hang(`${glyph.bullet} `, `${painted}  ${paint.dim(about)}`, style.width);
}

function sessionLines(node: ChainNode, focus: string, lead: string, below: string, style: Style): string[] {
  const { paint, clock, glyph } = style;
  const { session } = node;
  const isFocus = session.id === focus;
  const id = shortId(session.id, style);
  const name = session.sessionName ? `  as ${style.clean(session.sessionName)}` : '';
  const role = roleAt(session, style);
  const mark = isFocus ? paint.cyan(`  ${glyph.here} asked about`) : '';
  const heading = `${isFocus ? paint.bold(role) : role}${name}${mark}`;
  const calls = session.calls === 0 ? 'never used' : callsText(session.calls, session.denied);
  const about = [
    `issued ${clock.moment(session.issuedAt)}`,
    session.denied > 0 ? paint.red(calls) : calls,
    paintedDoubt(session, style),
  ].filter((text) => text !== null);
  const trunk = node.children.length > 0 ? glyph.rail : '   ';
  const first = `${deep(lead, style)}${isFocus ? paint.bold(paint.cyan(id)) : paint.cyan(id)}  `;
  const second = `${deep(below + trunk, style)}${' '.repeat(Math.max(0, widthOf(id) + 2 - widthOf(trunk)))}`;
  return [...railed(first, heading, second, style), ...railed(second, about.join(`, `), second, style)];
}

/** Text after `lead`, its further lines after `rail`: the tree's lines stay whole. */
function railed(lead: string, text: string, rail: string, style: Style): string[] {
  const indent = widthOf(lead);
  return hang(lead, text, style.width).map((line, at) =>
    at === 0 ? line : rail + ' '.repeat(Math.max(0, indent - widthOf(rail))) + line.slice(indent),
  );
}

/** Indentation that leaves room for text however deep it gets: it counts the levels it no longer draws. */
function deep(lead: string, style: Style): string {
  const most = Math.floor(style.width / 3);
  // Rails are of signs one column wide: to measure thousands of them by their graphemes takes seconds.
  if (lead.length <= most) return lead;
  const levels = number(Math.floor(lead.length / 3));
  return `${middle(lead.slice(0, most - 10), most, '')}${levels.padStart(6)}${lead.slice(-3)}`;
}
