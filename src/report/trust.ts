import type { Severity } from '../model/finding.js';
import type { TrustWeakness } from '../model/trust.js';
import type {
  RoleTrust,
  TrustEvidence,
  TrustedSpan,
  TrustPeriod,
  TrustReview,
} from '../model/trust-review.js';
import type { RenderContext } from './context.js';
import { iso, jsonDocument, jsonLines } from './json-text.js';
import { atAccount, principalText } from './names.js';
import { alias } from './session-json.js';
import { page, type Style, styleOf } from './style.js';
import { hang } from './text-fit.js';
import { count, number, some } from './words.js';

/** Principals and weaknesses shown of one role in a table; JSON has all. */
const mostLines = 40;

/** What was asked for, in words. */
export interface TrustAsked {
  /** The window, understood; null: any time. */
  when: string | null;
  weak: boolean;
}

/** JSON: `rolecall/trust/v1`; ndjson: `rolecall/role-trust/v1`, one role a line. */
export function renderTrust(review: TrustReview, asked: TrustAsked, ctx: RenderContext): string {
  const roles = () => review.roles.map((role) => roleJson(role, ctx));
  if (ctx.format === 'ndjson') return jsonLines(roles());
  if (ctx.format === 'json') {
    const { exports, changes, incomplete } = review;
    const { when, weak } = asked;
    return jsonDocument({
      schema: 'rolecall/trust/v1',
      question: { when, weak },
      known: { exports, changes, incomplete },
      roles: roles(),
    });
  }
  const style = styleOf(ctx);
  return page([
    ...hang('', `Whom roles trust, ${asked.when ?? 'at any time that is known'}`, style.width),
    ...hang('  ', known(review), style.width).map(style.paint.dim),
    '',
    ...review.roles.flatMap((role) => [...roleLines(role, asked, style), '']),
    ...hang('', sum(review, asked), style.width),
    ...(review.incomplete.length === 0
      ? []
      : hang(
          '',
          `Cut, so that roles may be missing: ${style.clean(some(review.incomplete, 5))}.`,
          style.width,
        )),
  ]);
}

function roleJson(role: RoleTrust, ctx: RenderContext): Record<string, unknown> {
  return {
    schema: 'rolecall/role-trust/v1',
    role: role.arn,
    accountId: role.accountId,
    account: alias(role.accountId, ctx.account),
    policies: role.periods.map((period) => ({
      from: iso(period.from),
      to: iso(period.to),
      shown: evidenceJson(period.shown),
      ended: period.ended && evidenceJson(period.ended),
      changeSeen: !period.unseen,
      // As text: somebody may have nested it so deeply that nothing can write it out again.
      document: period.document,
      weaknesses: period.weaknesses.map(({ principal, ...weakness }) => ({
        ...weakness,
        principal: principal.value,
      })),
    })),
    trusts: role.trusted.map(({ principal, from, to, shown, ended, outside, conditions }) => ({
      principal: principal.value,
      kind: principal.kind,
      accountId: principal.accountId,
      account: alias(principal.accountId, ctx.account),
      outside,
      from: iso(from),
      to: iso(to),
      shown: evidenceJson(shown),
      ended: ended && evidenceJson(ended),
      conditions,
    })),
  };
}

function evidenceJson({ kind, name, at }: TrustEvidence): Record<string, unknown> {
  return { kind, name, at: iso(at) };
}

function roleLines(role: RoleTrust, { weak }: TrustAsked, style: Style): string[] {
  const { paint, glyph } = style;
  const trusted = weak ? [] : role.trusted.slice(0, mostLines);
  const weaknesses = weaknessesOf(role).filter(({ weakness }) => !weak || weakness.severity !== 'info');
  const left = (weak ? 0 : role.trusted.length - trusted.length) + Math.max(0, weaknesses.length - mostLines);
  const name = role.arn.slice(role.arn.lastIndexOf('/') + 1);
  return [
    `${paint.bold(style.clean(name))} ${atAccount(role.accountId, style)}`,
    ...trusted.flatMap((span) => spanLines(span, style)),
    ...role.periods.flatMap((period) => periodLines(period, style)),
    ...weaknesses.slice(0, mostLines).flatMap(({ weakness, periods }) => weakLines(weakness, periods, style)),
    ...(left > 0 ? [paint.dim(`  ${glyph.dot} ${number(left)} more: see --format json`)] : []),
  ];
}

function spanLines(span: TrustedSpan, style: Style): string[] {
  const { paint, glyph, clean } = style;
  const on = span.conditions.length === 0 ? '' : `, on ${some(span.conditions.map(clean), 4)}`;
  const text = `${who(span, style)}${on}`;
  return [
    ...hang(`  ${glyph.arrow} `, span.outside ? paint.bold(text) : text, style.width),
    ...hang('      ', `${time(span, style)} ${glyph.dot} ${evidence(span.shown, style)}`, style.width).map(
      paint.dim,
    ),
  ];
}

function who({ principal }: TrustedSpan, style: Style): string {
  const { kind, value, accountId } = principal;
  switch (kind) {
    case 'anyone':
      return 'anyone';
    case 'account':
    case 'root':
      return `everybody in ${style.account(accountId)}`;
    case 'deleted':
      return `${style.clean(value)}, which is gone`;
    default:
      return principalText(value, style);
  }
}

/** What can be said of a policy alone: that it could not be read, or that nobody saw it change. */
function periodLines(period: TrustPeriod, style: Style): string[] {
  const when = `${time(period, style)} ${style.glyph.dot} ${evidence(period.shown, style)}`;
  const said = [
    ...(period.document === null ? [`what it trusts is not known: ${when}`] : []),
    ...(period.unseen ? [`no record shows the change to what it trusts: ${when}`] : []),
  ];
  return said.flatMap((text) => hang('  ? ', text, style.width));
}

interface Weak {
  weakness: TrustWeakness;
  periods: TrustPeriod[];
}

/** A weakness that lasts through several policies is one, from the first of them to the last. */
function weaknessesOf({ periods }: RoleTrust): Weak[] {
  const found = new Map<string, Weak>();
  for (const period of periods)
    for (const weakness of period.weaknesses) {
      const key = JSON.stringify([weakness.kind, weakness.principal.value, weakness.says]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { weakness, periods: [period] });
      else if (known.periods.at(-1) !== period) known.periods.push(period);
    }
  return [...found.values()];
}

function weakLines(
  { severity, says, statement }: TrustWeakness,
  periods: TrustPeriod[],
  style: Style,
): string[] {
  const { paint, glyph, clean } = style;
  const span = { from: periods[0]!.from, to: periods.at(-1)!.to };
  const place = [time(span, style), `statement ${statement + 1}`, evidence(periods[0]!.shown, style)];
  return [
    ...hang(`  ${painted(severity, style)}  `, clean(says), style.width),
    ...hang('      ', place.join(` ${glyph.dot} `), style.width).map(paint.dim),
  ];
}

function painted(severity: Severity, { paint }: Style): string {
  const word = severity.toUpperCase();
  if (severity === 'critical' || severity === 'high') return paint.bold(paint.red(word));
  return severity === 'medium' ? paint.yellow(word) : paint.dim(word);
}

function time({ from, to }: { from: number | null; to: number | null }, { clock }: Style): string {
  if (from === null) return to === null ? 'as far as is known' : `until ${clock.moment(to)}`;
  return to === null ? `since ${clock.moment(from)}` : clock.span(from, to);
}

function evidence({ kind, name, at }: TrustEvidence, { clean, clock }: Style): string {
  return kind === 'event' ? `event ${clean(name)}` : `export ${clean(name)} of ${clock.moment(at)}`;
}

function known({ exports, changes }: TrustReview): string {
  return `known from ${count(exports, 'export')} of IAM and ${count(changes, 'record')} of changes`;
}

function sum({ roles, exports, changes }: TrustReview, { weak }: TrustAsked): string {
  if (exports + changes === 0)
    return 'No trust policy is known: `rolecall iam <file>` reads them from an export of IAM.';
  const all = roles.flatMap(weaknessesOf).filter(({ weakness }) => weakness.severity !== 'info');
  const weakRoles = roles.filter(({ periods }) =>
    periods.some(({ weaknesses }) => weaknesses.some(({ severity }) => severity !== 'info')),
  );
  const found = `${number(all.length)} in all.`;
  if (weak) return `${count(roles.length, 'role')} with a weakness, ${found}`;
  return `${count(roles.length, 'role')}, ${number(weakRoles.length)} of them with a weakness, ${found}`;
}
