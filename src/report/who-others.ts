import type { DeniedAttempt, DirectAccess } from '../model/answers.js';
import { atAccount, principalText, shortId } from './names.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { count, number, some } from './words.js';

const MOST = 20;
const directKinds: ReadonlyMap<string, string> = new Map<DirectAccess['kind'], string>([
  ['iam-user', 'IAM user'],
  ['root', 'root user'],
  ['federated-user', 'federated user'],
]);

/** Attempts to assume the role that were refused. */
export function attemptLines(attempts: readonly DeniedAttempt[], style: Style): string[] {
  const { paint, clock, glyph, clean } = style;
  if (attempts.length === 0) return [`${paint.bold('Refused attempts')}  none in the logs`];
  const lines = attempts.slice(0, MOST).flatMap((attempt) => {
    const caller = paint.bold(principalText(attempt.caller, style));
    const role = principalText(attempt.roleArn, style);
    const how = paint.red(`${count(attempt.attempts, 'attempt')}, ${clean(attempt.errorCode)}`);
    const about = `${how}, ${clock.span(attempt.first, attempt.last)}; event ${shortId(attempt.eventId, style)}`;
    return [
      ...hang('  ', `${caller} ${glyph.arrow} ${role}`, style.width),
      ...hang('            ', about, style.width),
    ];
  });
  return [paint.bold('Refused attempts'), ...lines, ...more(attempts.length)];
}

/** Who acted in the account without any role. */
export function directLines(direct: readonly DirectAccess[], style: Style): string[] {
  const { paint, clock, glyph, clean } = style;
  if (direct.length === 0) return [`${paint.bold('Direct access without a role')}  none in the logs`];
  const lines = direct.slice(0, MOST).flatMap((each) => {
    const kind = [directKinds.get(each.kind) ?? clean(each.kind), atAccount(each.accountId, style)];
    const mfa = `MFA ${each.mfa ? 'yes' : 'no'}`;
    const keys = each.accessKeyIds.length === 0 ? '' : `; key ${some(each.accessKeyIds.map(clean), 3)}`;
    const from = each.sourceIps.length === 0 ? 'address not known' : some(each.sourceIps.map(clean), 4);
    const denied = each.denied > 0 ? `, ${paint.red(`${number(each.denied)} denied`)}` : '';
    const calls = `${count(each.calls, 'call')}${denied}, ${clock.span(each.first, each.last)}`;
    return [
      ...hang(
        `${glyph.bullet} `,
        `${paint.bold(clean(each.id) || 'unknown')}  ${paint.dim(kind.join(' '))}`,
        style.width,
      ),
      ...hang('            ', calls, style.width),
      ...hang('            ', `${from}; ${each.mfa ? mfa : paint.yellow(mfa)}${keys}`, style.width),
    ];
  });
  return [paint.bold('Direct access without a role'), ...lines, ...more(direct.length)];
}

function more(length: number): string[] {
  return length > MOST ? [`  and ${number(length - MOST)} more; --format json lists all`] : [];
}
