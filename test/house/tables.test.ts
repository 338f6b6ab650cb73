import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/cli/command-table.js';
import { errorTable } from '../../src/errors.js';
import { root, sourceFiles } from './sources.js';

const others = sourceFiles().filter((file) => file.path !== 'errors.ts');

describe('the error table', () => {
  const thrown = others.flatMap(({ path, code }) =>
    [...code.matchAll(/new RolecallError\(\s*'(\w+)'/g)].map((found) => ({ path, code: found[1]! })),
  );

  it('has every code that is thrown', () => {
    expect(thrown.length).toBeGreaterThan(10);
    expect(thrown.filter(({ code }) => !Object.hasOwn(errorTable, code))).toEqual([]);
  });

  it('has no code that nothing uses', () => {
    const unused = Object.keys(errorTable).filter(
      (name) => !others.some(({ code }) => new RegExp(`(?:'${name}'|errorTable\\.${name})`).test(code)),
    );
    expect(unused).toEqual([]);
  });

  it('has a remedy for each: one or more sentences', () => {
    for (const { remedy } of Object.values(errorTable)) expect(remedy).toMatch(/^[A-Z].*[^.]\.$/s);
  });
});

describe('the command table', () => {
  const inFolder = readdirSync(join(root, 'src/cli/commands')).map((file) => file.replace(/\.ts$/, ''));

  it('has one row for each file in the folder, and the other way round', () => {
    expect(commandTable.map(({ name }) => name).toSorted()).toEqual(inFolder.toSorted());
  });

  it('names no command and no option of a command twice', () => {
    expect(new Set(commandTable.map(({ name }) => name)).size).toBe(commandTable.length);
    for (const { options } of commandTable) {
      const flags = options.map((row) => row.flags.split(' ')[0]);
      expect(new Set(flags).size).toBe(flags.length);
    }
  });

  it('loads for each row a module that acts', async () => {
    for (const row of commandTable) expect((await row.load()).act).toBeTypeOf('function');
  });

  it('shows for each command an example that begins with its name', () => {
    for (const { name, examples } of commandTable) {
      expect(examples.length).toBeGreaterThan(0);
      for (const { line } of examples) expect(line.split(' ')[0]).toBe(name);
    }
  });
});
