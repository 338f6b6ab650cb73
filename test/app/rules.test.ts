import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/app/rules.js';
import { folderOf } from './ingest-made.js';
import { exampleRules, refused, scriptRule, sqlRule } from './rules-made.js';

const nothing = '() => null';
const title = "SELECT 'x' AS title, 0 AS time, '' AS event_id";

describe('a folder of rules', () => {
  it('is read whole: TypeScript, JavaScript and SQL, by name', async () => {
    const { rules, passedOver } = await loadRules(exampleRules);
    expect(rules.map(({ detector, sql }) => [detector.id, sql !== null])).toEqual([
      ['long-session', false],
      ['many-regions', true],
      ['secret-behind-a-hop', false],
    ]);
    expect(passedOver).toEqual([]);
    const { attack, triage, options } = rules[1]!.detector;
    expect([attack, triage.length, options]).toEqual([
      ['T1526', 'T1580'],
      2,
      { regions: { default: 4, help: 'so many regions in one session are too many' } },
    ]);
  });

  it('may import rolecall, its own files and TypeScript by any ending, from wherever it lies', async () => {
    const { rules } = await loadRules(
      folderOf({
        'typed.mts': `import { defineDetector, type Deed, span } from 'rolecall';
          import { words } from './lib/words.js';
          const last = (deed: Deed): number => deed.last;
          export default defineDetector({ ...words, id: 'typed', detect: () => (last === undefined ? [] : span([]) && null) });`,
        'lib/words.ts': `export const words = { summary: 'a', severity: 'low' as const, cannotSee: ['a'], falsePositives: ['b'], triage: ['c'] };`,
        'common.js': `const { defineDetector } = require('rolecall');\nmodule.exports = ${scriptRule('common', nothing).replace('export default', '')}`,
        'later.mjs': `const detect = await Promise.resolve(() => null);\n${scriptRule('later', 'detect')}`,
      }),
    );
    expect(rules.map(({ detector }) => detector.id)).toEqual(['common', 'later', 'typed']);
    expect(rules.map(({ detector }) => [detector.attack, detector.options])).toEqual(
      Array.from(rules, () => [[], {}]),
    );
  });

  it('passes over what is no rule, and names what looks like one', async () => {
    const rule = scriptRule('a', nothing);
    const files = ['a.test.ts', 'b.cjs', 'c.tsx', 'd.SQL', 'e.yaml', 'f.py'];
    const silent = ['README.md', 'types.d.ts', '.hidden.js', 'rolecall.yaml', 'notes.txt', 'below/c.js'];
    const all = Object.fromEntries([...files, ...silent].map((name) => [name, 'throw new Error()']));
    const { rules, passedOver } = await loadRules(folderOf({ ...all, 'a.js': rule }));
    expect([rules.length, passedOver]).toEqual([1, files]);
  });

  it('has for each rule a version that changes with its file and with what it may import, and with nothing else', async () => {
    const files = {
      'a.js': scriptRule('a', nothing),
      'b.sql': sqlRule('b', title),
      'lib/words.js': 'export {};',
    };
    const folder = folderOf(files);
    const versions = async (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return (await loadRules(folder)).rules.map(({ version }) => version);
    };
    const before = await versions('a.js', files['a.js']);
    expect(before).toEqual((await loadRules(folderOf(files))).rules.map(({ version }) => version));
    const changed = await versions('a.js', `${files['a.js']} `);
    expect([changed[0] === before[0], changed[1] === before[1]]).toEqual([false, true]);
    const imported = await versions('lib/words.js', 'export const a = 1;');
    expect([imported[0] === changed[0], imported[1] === before[1]]).toEqual([false, true]);
    for (const version of imported) expect(version).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('that is not there, or holds no rule, is refused', async () => {
    expect(await refused({ 'a.txt': '' }, 'RULES_MISSING')).toEqual([
      expect.stringContaining('holds no rules'),
    ]);
    await expect(loadRules('/nowhere/rules')).rejects.toMatchObject({ code: 'RULES_MISSING' });
  });
});

describe('a rule that cannot be read', () => {
  it('is named with all that is wrong with it, and so are all others', async () => {
    expect(
      await refused({
        'a-syntax.ts': "export default { id: 'a-syntax',\n  summary: = };\n",
        'b-throws.js': "throw new Error('no luck')",
        'c-imports.mjs': "import 'no-such-package'; export default {};",
        'd-named.ts': 'export const detector = 1;',
        'e-nothing.ts': 'export default null;',
        'f-empty.ts': '',
        'g-sound.js': scriptRule('g-sound', nothing),
      }),
    ).toEqual([
      'a-syntax.ts: line 2, column 12: Unexpected token',
      'b-throws.js: it cannot be loaded: no luck',
      "c-imports.mjs: it cannot be loaded: Cannot find module 'no-such-package'",
      'd-named.ts: it has no default export: write `export default defineDetector({ … })`',
      'e-nothing.ts: it exports no detector: write `export default defineDetector({ … })`',
      'f-empty.ts: it has no default export: write `export default defineDetector({ … })`',
    ]);
  });

  it('is told what is missing, misspelt or of another kind, by name', async () => {
    const lines = await refused({
      'x.js': `export default { id: 'X', summary: ' ', severity: 'urgent', falsePositive: ['a'], cannotSee: [],
        triage: ['a', 5], attack: ['T1', 'T1078.004'], risesWithDepth: 1, detect: 5,
        options: { enabled: { default: 1, help: 'x' }, days: { default: {}, hlp: 'x' } } };`,
    });
    expect(lines.sort()).toEqual(
      [
        'x.js: id is not lower-case words joined by "-"',
        'x.js: summary is not a text',
        'x.js: severity is not one of info, low, medium, high, critical',
        'x.js: it has no falsePositives (a list: when it is harmless)',
        'x.js: it has "falsePositive", which nobody reads (did you mean falsePositives?)',
        'x.js: cannotSee is not a list of texts',
        'x.js: triage[1] is not a text',
        'x.js: attack[0] is not an ATT&CK technique such as T1078.004',
        'x.js: risesWithDepth is not true or false',
        'x.js: detect is not a function',
        'x.js: options has "enabled", which is no name for an option',
        'x.js: options.days has no help (what it means, with its unit)',
        'x.js: options.days has "hlp", which nobody reads (did you mean help?)',
        'x.js: options.days.default is not a text, a number, true or false, or a list of these',
      ].sort(),
    );
  });

  it('takes no name that is taken, and none that is not its own', async () => {
    const rule = (id: string) => scriptRule(id, nothing);
    expect(
      await refused({
        'root-use.ts': rule('root-use'),
        'a.js': rule('a'),
        'a.sql': sqlRule('a', title),
        'b.js': rule('c'),
      }),
    ).toEqual([
      expect.stringMatching(/^a\.sql: a\.js is the rule a already$/),
      'b.js: its id is c, which is not the name of the file',
      'root-use.ts: there is a built-in detector root-use',
    ]);
  });
});

describe('a rule in SQL', () => {
  it.each([
    [
      'attaches a database',
      "ATTACH 'x.db' AS x",
      'it is no question: it must be one SELECT, or WITH … SELECT',
    ],
    [
      'sets a pragma',
      'PRAGMA journal_mode = DELETE',
      'it is no question: it must be one SELECT, or WITH … SELECT',
    ],
    [
      'writes',
      "INSERT INTO principal (text) VALUES ('x')",
      'it is no question: it must be one SELECT, or WITH … SELECT',
    ],
    [
      'writes behind a WITH',
      'WITH x AS (SELECT 1) DELETE FROM principal RETURNING id',
      'it is no question: it would write',
    ],
    [
      'writes behind a comment',
      '/* SELECT */ DELETE FROM principal',
      'it is no question: it must be one SELECT, or WITH … SELECT',
    ],
    ['asks twice', `${title}; SELECT 2`, 'The supplied SQL string contains more than one statement'],
    ['asks a table that is not there', 'SELECT * FROM v_session', 'no such table: v_session'],
    ['has a mistake', 'SELECT FROM', 'near "FROM": syntax error'],
    ['asks for an option that it does not have', `${title} WHERE :days`, 'Missing named parameter "days"'],
    ['asks nothing', '', 'it is no question: it must be one SELECT, or WITH … SELECT'],
  ])('that %s is refused before it runs', async (_title, sql, problem) => {
    expect(await refused({ 'x.sql': sqlRule('x', sql) })).toEqual([`x.sql: ${problem}`]);
  });

  it('is told what its header and its answer lack, in their own words', async () => {
    expect(
      await refused({
        'x.sql':
          "-- id: x\n-- id: y\n-- sumary: a\n-- severity: low\n-- option: days\n-- Just a remark: nothing\nSELECT 'x' AS titel, 1 AS time, 2 AS time",
      }),
    ).toEqual([
      'x.sql: line 2: "id" is here twice',
      'x.sql: line 3: nobody reads "sumary" (did you mean summary?)',
      'x.sql: line 5: write `-- option: minutes = 30; what it means`',
      'x.sql: nobody reads its column "titel" (did you mean title?)',
      'x.sql: its answer has no column title',
      'x.sql: its answer has the column time twice',
      'x.sql: its answer has neither event_id nor event_ids: a finding points to its evidence',
      'x.sql: it has no summary (one line: it fires when …)',
      'x.sql: it has no cannot-see (a list: what its data cannot show)',
      'x.sql: it has no false-positives (a list: when it is harmless)',
      'x.sql: it has no triage (a list: what to do with a finding, in order)',
    ]);
  });

  it('may go on on the next line of its header, and take options of any kind', async () => {
    const more = `-- triage: Ask,\n--   then look.\n-- attack: T1078, T1098.001\n-- option: names = ["a", "b"]; what\n-- option: on = true; what\n-- option: word = "x"; what\n`;
    const sql = `${title} WHERE :on AND :word = 'x' AND EXISTS (SELECT 1 FROM json_each(:names)); -- the end`;
    const { rules } = await loadRules(folderOf({ 'x.sql': sqlRule('x', sql, more) }));
    const { triage, attack, options } = rules[0]!.detector;
    expect([triage, attack]).toEqual([
      ['Nothing.', 'Ask, then look.'],
      ['T1078', 'T1098.001'],
    ]);
    expect(Object.entries(options).map(([name, option]) => [name, option.default])).toEqual([
      ['names', ['a', 'b']],
      ['on', true],
      ['word', 'x'],
    ]);
  });
});
