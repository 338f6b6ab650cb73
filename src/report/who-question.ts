import type { Who } from '../model/answers.js';
import { accountInFull, principalText } from './names.js';
import type { Style } from './style.js';
import { fields, hang } from './text-fit.js';
import { some } from './words.js';

type Question = Who['question'];

/** The question as it was understood: role, accounts, and the window in full. */
export function questionLines(who: Who, style: Style): string[] {
  const { question, window } = who;
  const { paint, clean } = style;
  const role = question.role === null ? 'a role' : clean(question.role);
  const title = `Who held ${role} in ${accountsText(question, style)}?`;
  const span = style.clock.window(window.from, window.to);
  // The words differ from the window only when somebody else than this program chose them.
  const when =
    clean(question.when) === span || question.when === '' ? span : `${span}: ${clean(question.when)}`;
  return [
    ...hang('', paint.bold(title), style.width),
    ...fields(
      [
        ['when', when],
        ['role', meaningText(question, style)],
      ],
      { indent: 2, width: style.width, key: paint.dim },
    ),
  ];
}

function accountsText({ account, accountIds }: Question, style: Style): string {
  if (account === null && accountIds.length === 0) return 'any account';
  const ids = accountIds.map((id) => accountInFull(id, style));
  if (ids.length <= 1) return ids[0] ?? style.clean(account);
  return account === null ? some(ids, 6) : `${style.clean(account)}: ${some(ids, 6)}`;
}

/** What the role's name was taken to mean and who says so; null when there is nothing to explain. */
function meaningText({ role, roleMeaning }: Question, style: Style): string | null {
  const patterns = roleMeaning.patterns.map((pattern) => style.clean(pattern));
  if (role === null || patterns.length === 0) return null;
  if (roleMeaning.from === 'given') return `taken as ${patterns.join(', ')}`;
  const by =
    roleMeaning.from === 'policy'
      ? 'as the policy says'
      : "a built-in list that goes by names; the policy's own roles come first";
  const shown = (roleMeaning.byEvidence ?? []).map((arn) => principalText(arn, style));
  const evidence =
    shown.length === 0 ? '' : `, and by the permissions that the records show: ${some(shown, 6)}`;
  return `${style.clean(role)} means ${patterns.join(', ')} (${by})${evidence}`;
}
