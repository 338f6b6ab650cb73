import { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { StarterAccount, StarterFacts, StarterRole } from '../model/starter.js';
import { isWorthPromising, type StarterEntry, starterEntry, starterName } from './starter-roles.js';

/** How much a starter holds; what was used most comes first, and the rest is counted. */
const mostAccounts = 200;
const mostOutside = 20;
const mostRoles = 40;
const mostRegions = 40;

const head = ` yaml-language-server: $schema=rolecall.schema.json
 A starter, written from what was seen. That somebody did something does not mean that they should:
 read it line by line, and take out what is not meant.
 For completion in an editor: rolecall policy schema > rolecall.schema.json
 Then: rolecall policy check`;

/**
 * A commented `rolecall.yaml` made of what was seen. The same facts give the same text; it is sound by the policy's
 * own rules, and holds no text that could be read as anything but a name.
 */
export function starterPolicy(facts: StarterFacts): string {
  const own = facts.accounts.filter((account) => account.own).sort(mostUsed);
  const outside = facts.accounts.filter((account) => !account.own).sort(mostUsed);
  const aliases = aliasesOf(own.slice(0, mostAccounts));
  const alias = (id: string) => aliases.get(id) ?? id;
  const doc = new Document();
  const top = new YAMLMap();
  doc.contents = top as typeof doc.contents;
  doc.commentBefore = head;
  put(top, 'version', 1);
  if (own.length > 0) {
    const accounts = new YAMLMap();
    for (const account of own.slice(0, mostAccounts)) putAccount(accounts, alias(account.id), account);
    accounts.comment = outsideText(outside, own.length - mostAccounts);
    put(top, 'accounts', accounts, [` ${facts.sessions} sessions of roles were seen in all.`]);
  }
  putRoles(top, facts.roles, alias, (id) => own.some((account) => account.id === id));
  putRest(top, facts, own[0] === undefined ? '222222222222' : alias(own[0].id));
  return doc.toString({ lineWidth: 0 });
}

function mostUsed(a: StarterAccount, b: StarterAccount): number {
  return b.sessions - a.sessions || b.records - a.records || (a.id < b.id ? -1 : 1);
}

/** The organization's names as aliases; `account-1` for those that nobody named. */
function aliasesOf(accounts: readonly StarterAccount[]): Map<string, string> {
  const aliases = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, name } of accounts) {
    const base = slug(name ?? '').toLowerCase() || 'account';
    let alias = name === null || base === 'account' ? 'account-1' : base;
    for (let n = 2; taken.has(alias.toLowerCase()); n++) alias = `${base}-${n}`;
    taken.add(alias.toLowerCase());
    aliases.set(id, alias);
  }
  return aliases;
}

/** A name that the policy takes: a letter, then letters, digits, `.`, `_`, `-`. */
function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 50);
}

function putAccount(accounts: YAMLMap, alias: string, { id, name, records, sessions }: StarterAccount): void {
  const account = new YAMLMap();
  account.flow = true;
  put(account, 'id', quoted(id));
  const called = name === null ? '' : `${plain(name)}: `;
  account.comment = ` ${called}${records === 0 ? 'no record' : `${records} records`}, ${sessions} sessions`;
  put(accounts, alias, account);
}

function outsideText(outside: readonly StarterAccount[], left: number): string {
  const lines = [
    ...(left > 0 ? [` ${left} accounts more, less used.`] : []),
    ...(outside.length === 0 ? [] : [' Seen in records of others, with none of their own. For a vendor:']),
    ...outside
      .slice(0, mostOutside)
      .map(
        ({ id, sessions }, i) => ` vendor-${i + 1}: { id: "${id}", external: true } # ${sessions} sessions`,
      ),
    ...(outside.length > mostOutside ? [` and ${outside.length - mostOutside} more`] : []),
  ];
  return lines.join('\n');
}

function putRoles(
  top: YAMLMap,
  roles: readonly StarterRole[],
  alias: (id: string) => string,
  isOwn: (id: string) => boolean,
): void {
  const groups = new Map<string, StarterRole[]>();
  for (const role of roles.filter(isWorthPromising))
    groups.set(starterName(role), [...(groups.get(starterName(role)) ?? []), role]);
  const entries = [...groups].flatMap(([name, group]) => {
    const entry = starterEntry(group, alias, isOwn);
    return entry === null ? [] : [{ name, entry }];
  });
  entries.sort((a, b) => b.entry.sessions - a.entry.sessions || (a.name < b.name ? -1 : 1));
  if (entries.length === 0) return;
  const map = new YAMLMap();
  const taken = new Set<string>();
  for (const { name, entry } of entries.slice(0, mostRoles)) putRole(map, freeName(name, taken), entry);
  const unnamed = groups.size - entries.length;
  const others = roles.filter((role) => !isWorthPromising(role)).length;
  map.comment = [
    ...(entries.length > mostRoles
      ? [` Left out: ${entries.length - mostRoles} roles that were used less.`]
      : []),
    ...(others > 0
      ? [` Left out: ${others} roles that AWS services or roles of their own account alone hold.`]
      : []),
    ...(unnamed > 0 ? [` Left out: ${unnamed} roles whose name no pattern can hold.`] : []),
  ].join('\n');
  put(top, 'roles', map, [' Held by people, pipelines or other accounts; the most used first.']);
}

function freeName(name: string, taken: Set<string>): string {
  const base = slug(name.replace(/^AWSReservedSSO_(.+)_$/, 'sso-$1')) || 'role';
  let free = base;
  for (let n = 2; taken.has(free); n++) free = `${base}-${n}`;
  taken.add(free);
  return free;
}

function putRole(roles: YAMLMap, name: string, entry: StarterEntry): void {
  const { says, match, humans, pattern, callers, origins, calls, readOnly, externalId, maxDepth } = entry;
  const role = new YAMLMap();
  put(role, 'match', listed(match));
  if (humans) put(role, 'humans', 'identity-center');
  if (pattern !== null) put(role, 'pattern', pattern);
  if (callers !== null) put(role, 'callers', listed(callers));
  if (origins !== null) put(role, 'origins', listed(origins));
  if (calls !== null) put(role, 'calls', listed(calls));
  if (readOnly) put(role, 'readOnly', true);
  if (externalId) put(role, 'externalId', 'required');
  if (maxDepth !== null) put(role, 'maxDepth', maxDepth);
  put(
    roles,
    name,
    role,
    says.map((line) => ` ${line}`),
  );
}

function putRest(top: YAMLMap, { regions, maxDepth }: StarterFacts, account: string): void {
  const named = regions
    .filter(({ name }) => /^[a-z]{2,3}(?:-[a-z]+)+-[0-9]{1,2}$/.test(name))
    .reduce(
      (all, { name, records }) => all.set(name, (all.get(name) ?? 0) + records),
      new Map<string, number>(),
    );
  const used = [...named].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const emergency = [
    ` breakGlass: ["${account}:user/ops-break-glass"] # for emergencies: each use is a finding`,
  ];
  if (used.length > 0) {
    const guardrails = new YAMLMap();
    const kept = used.slice(0, mostRegions).map(([name]) => name);
    put(guardrails, 'regions', listed(kept.sort()), [
      ' deny: ["iam:CreateUser", "iam:CreateAccessKey"] # what the organization denies to all',
      used.length > kept.length
        ? ` With records; left out: ${used.length - kept.length} regions that were used less.`
        : ' With records.',
    ]);
    put(top, 'guardrails', guardrails, emergency);
  }
  if (maxDepth >= 1 && maxDepth <= 20) {
    const limits = new YAMLMap();
    put(limits, 'maxDepth', maxDepth, [' The deepest chain that was seen.']);
    put(top, 'limits', limits, [
      ` never: [{ from: "${account}", to: "*:role/*" }] # what must fail, tried from time to time`,
    ]);
  }
}

function put(map: YAMLMap, key: string, value: unknown, comments: readonly string[] = []): void {
  const name = new Scalar(key);
  if (comments.length > 0) {
    name.commentBefore = comments.join('\n');
    name.spaceBefore = map.items.length > 0;
  }
  map.add({
    key: name,
    value: value instanceof Scalar || typeof value === 'object' ? value : new Scalar(value),
  });
}

function listed(items: readonly string[]): YAMLSeq {
  const list = new YAMLSeq();
  list.flow = items.join('", "').length < 80;
  for (const item of items) list.add(quoted(item));
  return list;
}

function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** A name in a comment: nothing that ends the line, moves a cursor or is not seen. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?').slice(0, 80);
}
