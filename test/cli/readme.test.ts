import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandTable } from '../../src/cli/command-table.js';
import { detectorOptions } from '../../src/detectors/index.js';
import { exit } from '../../src/errors.js';
import { parsePolicy } from '../../src/policy/index.js';
import { build, demo, emptyFolder, rolecall, root } from './rolecall.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Texts of the fenced blocks of a language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text!,
  );
}

const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));
const commands = [...new Set(lines.filter((line) => line.startsWith('rolecall ')))];

beforeAll(build);

describe('the README', () => {
  it('opens with what the demo prints, to the letter', () => {
    const { stdout, code } = rolecall(['demo', '--width', '80']);
    expect(code).toBe(0);
    const shown = blocks('text');
    expect(shown).toHaveLength(3);
    for (const block of shown) expect(stdout).toContain(block);
  });

  it('says in at most 40 words what rolecall is, before anything else', () => {
    const first = readme.split('\n\n')[1]!;
    expect(first.split(/\s+/).length).toBeLessThanOrEqual(40);
  });

  it('has commands that run, in the order in which they stand there', () => {
    const cwd = emptyFolder();
    cpSync(join(demo.logs, 'AWSLogs'), join(cwd, 'AWSLogs'), { recursive: true });
    copyFileSync(demo.policy, join(cwd, 'rolecall.yaml'));
    const env = { ROLECALL_NOW: demo.now };
    const ingest = commands.filter((line) => line.startsWith('rolecall ingest'));
    const codes = [...ingest, ...commands].map((line) => {
      const [, expected = '0'] = /# exit (\d)/.exec(line) ?? [];
      const words = [...line.replace(/ +#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain!,
      );
      return [line, (rolecall(words.slice(1), { cwd, env }).code ?? -1) - Number(expected)];
    });
    expect(codes.filter(([, code]) => code !== 0)).toEqual([]);
    expect(commands.length).toBeGreaterThan(4);
  });

  it('names npm scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = lines.flatMap((line) => /^npm (?:run )?([a-z]+)$/.exec(line)?.[1] ?? []);
    expect(named).toEqual(expect.arrayContaining(['demo', 'test']));
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  it('shows policies that are sound, for detectors that exist', () => {
    const policies = blocks('yaml').map((text) =>
      parsePolicy(text, 'README.md', { detectors: detectorOptions }),
    );
    expect(policies.map(({ accounts }) => accounts.length > 0)).toEqual([true, true]);
  });

  it('lists every command and exit code', () => {
    for (const { name } of commandTable) expect(readme).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'));
    for (const code of Object.values(exit)) expect(readme).toContain(`\n| ${code} |`);
  });
});
