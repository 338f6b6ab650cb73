import { nearest } from '../policy/nearest.js';
import type { OptionValue } from '../policy/policy.js';
import { emptyStore } from '../store/open.js';
import { type Cell, columnsOf } from '../store/question.js';

/** A rule in SQL, taken apart: what its header says as a detector's definition, without `detect`. */
export interface SqlRule {
  definition: Record<string, unknown>;
  /** Sentences without full stop. */
  problems: string[];
}

const single = new Map([
  ['id', 'id'],
  ['summary', 'summary'],
  ['severity', 'severity'],
]);
/** Keys that may be repeated: one entry each time. */
const repeated = new Map([
  ['attack', 'attack'],
  ['cannot-see', 'cannotSee'],
  ['false-positives', 'falsePositives'],
  ['triage', 'triage'],
]);
const texts = [...single, ...repeated];
const keys = [...single.keys(), ...repeated.keys(), 'option'];

/** Columns that the answer may have. */
export const rowColumns = {
  title: 'a sentence: who did what (required)',
  time: 'epoch seconds or ISO 8601 (required)',
  last: 'the last moment, where it is not `time`',
  detail: 'further sentences, one a line',
  event_id: 'an event that shows it (this or event_ids is required)',
  event_ids: 'several: with commas, as group_concat gives them',
  session_id: 'the session: a finding gets its origin, chain, role and account from it',
  about: 'what makes it one incident (default: session_id, else the first event)',
  severity: "where it is not the rule's",
  account_id: "where it is not the session's",
  role_arn: "where it is not the session's",
  action: "for the policy's exceptions",
  region: "for the policy's exceptions",
} as const;

/** A sentence about a definition, with the names that its parts have in a header. */
export function inHeaderWords(sentence: string): string {
  return texts.reduce(
    (said, [key, name]) => said.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), key),
    sentence,
  );
}

/** Reads the header of a rule and sees whether its question can be asked. Nothing is run. */
export function readSqlRule(text: string): SqlRule {
  const definition: Record<string, unknown> = {};
  const problems: string[] = [];
  const options: Record<string, { default: unknown; help: string }> = {};
  for (const { line, key, value } of header(text)) {
    const name = single.get(key) ?? repeated.get(key);
    if (key === 'option') {
      const option = optionIn(value);
      if (option === null) problems.push(`line ${line}: write \`-- option: minutes = 30; what it means\``);
      else options[option.name] = { default: option.default, help: option.help };
    } else if (name === undefined) {
      const near = nearest(key, keys)[0];
      const hint = near === undefined ? `known are ${keys.join(', ')}` : `did you mean ${near}?`;
      problems.push(`line ${line}: nobody reads "${key}" (${hint})`);
    } else if (repeated.has(key)) {
      const entries = key === 'attack' ? value.split(/[\s,]+/).filter((each) => each !== '') : [value];
      definition[name] = [...((definition[name] as string[] | undefined) ?? []), ...entries];
    } else if (Object.hasOwn(definition, name)) problems.push(`line ${line}: "${key}" is here twice`);
    else definition[name] = value;
  }
  definition.options = options;
  return { definition, problems: [...problems, ...columnProblems(text, valuesOf(options))] };
}

/** Options as SQL takes them: true is 1, a list is JSON for `json_each`. */
export function valuesOf(
  options: Readonly<Record<string, { default: unknown }>>,
  given?: (name: string) => unknown,
) {
  const entries = Object.entries(options).map(([name, option]): [string, Cell] => {
    const value = given === undefined ? option.default : given(name);
    if (typeof value === 'string' || typeof value === 'number') return [name, value];
    return [name, typeof value === 'boolean' ? Number(value) : JSON.stringify(value)];
  });
  return Object.fromEntries(entries);
}

/** `-- key: value` of the first lines; a comment that is indented by three blanks or more goes on. */
function header(text: string): { line: number; key: string; value: string }[] {
  const found: { line: number; key: string; value: string }[] = [];
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === '') continue;
    if (!row.startsWith('--')) break;
    const [, key, value] = /^--\s?([a-z][a-z-]*):\s*(.*?)\s*$/.exec(row) ?? [];
    const [, more] = /^--\s{3,}(\S.*?)\s*$/.exec(row) ?? [];
    const before = found.at(-1);
    if (key !== undefined) found.push({ line: index + 1, key, value: value! });
    else if (more !== undefined && before !== undefined) before.value += ` ${more}`;
  }
  return found;
}

/** `minutes = 30; calls sooner after the assumption` */
function optionIn(text: string): { name: string; default: OptionValue; help: string } | null {
  const [, name, value, help] = /^([A-Za-z]\w*)\s*=\s*(.+?)\s*;\s*(\S.*)$/.exec(text) ?? [];
  if (name === undefined) return null;
  try {
    return { name, default: JSON.parse(value!), help: help! };
  } catch {
    return null;
  }
}

function columnProblems(sql: string, values: Record<string, Cell>): string[] {
  const store = emptyStore();
  let columns: string[];
  try {
    columns = columnsOf(store, sql, values);
  } catch (error) {
    return [(error as Error).message];
  } finally {
    store.close();
  }
  const known = Object.keys(rowColumns);
  const problems = columns
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known)[0];
      const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
      return `nobody reads its column ${JSON.stringify(name)} (${hint})`;
    });
  const missing = ['title', 'time'].filter((name) => !columns.includes(name));
  const twice = columns.filter((name, at) => columns.indexOf(name) < at);
  return [
    ...problems,
    ...missing.map((name) => `its answer has no column ${name}`),
    ...twice.map((name) => `its answer has the column ${name} twice`),
    ...(columns.includes('event_id') || columns.includes('event_ids')
      ? []
      : ['its answer has neither event_id nor event_ids: a finding points to its evidence']),
  ];
}
