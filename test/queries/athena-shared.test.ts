import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sensitiveActions } from '../../src/detectors/sensitive-actions.js';
import { exposingCalls } from '../../src/parse/exposure.js';
import { issuingCalls } from '../../src/parse/issuance.js';
import { root } from '../cli/rolecall.js';

const folder = join(root, 'queries/athena');
const names = readdirSync(folder).map((file) => file.replace(/\.sql$/, ''));
const text = (name: string) => readFileSync(join(folder, `${name}.sql`), 'utf8');
const queries = names.filter((name) => !name.startsWith('create-table'));

/** From one line to another, both of them in. */
function between(sql: string, from: RegExp, to: RegExp): string {
  const lines = sql.split('\n');
  const first = lines.findIndex((line) => from.test(line));
  const last = lines.findIndex((line, i) => i > first && to.test(line));
  return first < 0 || last < 0 ? '' : lines.slice(first, last + 1).join('\n');
}

const table = (name: string) =>
  between(text(name), /^logs AS \(/, /^\),? -- table: end$/).replace(/^\),?/m, ')');
const marked = (name: string) => between(text(name), /^marked AS \(/, /^\),?$/).replace(/^\),?$/m, ')');
const shaped = (name: string) => between(text(name), /^shaped AS \(/, /^\),?$/).replace(/^\),?$/m, ')');

describe('the queries for Athena', () => {
  it.each(queries)(
    '%s knows the table in the lines that are fitted to another, as all of them do, and once',
    (name) => {
      expect(table(name)).toBe(table('ingest'));
      expect(table(name)).not.toBe('');
      expect(text(name).match(/\bFROM cloudtrail_logs\b/g)).toHaveLength(1);
      expect(text(name).match(/\bFROM logs\b/g)).toHaveLength(1);
    },
  );

  it.each(queries)('%s says on top what it answers, what fills it in, and what it reads', (name) => {
    const comment = between(text(name), /^--/, /^WITH$/);
    expect(comment).toMatch(/Parameters: /);
    expect(comment).toMatch(/Reads the table once/);
  });

  it.each(queries)('%s reads no token, no secret and no ExternalId out of a record', (name) => {
    const sql = text(name).replaceAll(/^ *--.*$/gm, '');
    const paths = [...sql.matchAll(/'\$\.([^']+)'/g)].map(([, path]) => path!);
    const reads = paths.filter(
      (path) => /token|secret|assertion|password/i.test(path) && path !== 'subjectFromWebIdentityToken',
    );
    expect(reads).toEqual([]);
    for (const [found] of sql.matchAll(/[^\n]*\$\.externalId[^\n]*/g))
      expect(found).toMatch(/sha256\(|LIKE '"_%"'|<> ''|<> 'HIDDEN|IF\(json_extract_scalar/);
  });

  it('mark the same records as those that matter by themselves', () => {
    for (const name of queries.filter((each) => marked(each) !== ''))
      expect(marked(name)).toBe(marked('ingest'));
    for (const name of queries.filter((each) => shaped(each) !== ''))
      expect(shaped(name)).toBe(shaped('ingest'));
    expect(marked('ingest')).not.toBe('');
  });

  it('know every call that hands out credentials, or may show something to others', () => {
    for (const name of ['ingest', 'issuances'])
      for (const [service, call] of issuingCalls) {
        expect(text(name)).toContain(`event_source LIKE '${service}.amazonaws.com%'`);
        if (service !== 'signin' || name === 'issuances') expect(text(name)).toContain(`'${call}'`);
      }
    for (const [service, call] of exposingCalls) {
      expect(marked('ingest')).toContain(`event_source LIKE '${service}.amazonaws.com%'`);
      expect(marked('ingest')).toContain(`'${call}'`);
    }
  });

  it('know every action that is sensitive', () => {
    const list = /regexp_replace\(event_name, '[^']+'\)\) IN \(([^)]+)\)/.exec(marked('ingest'))![1]!;
    const actions = [...list.matchAll(/'([^']+)'/g)].map(([, action]) => action);
    expect(actions.sort()).toEqual([...sensitiveActions.keys()].sort());
  });
});
