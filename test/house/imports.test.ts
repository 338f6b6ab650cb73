import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, reserved } from './layers.js';
import { readSource, root, type SourceFile, sourceFiles } from './sources.js';

const files = sourceFiles();

/** What a file imports against the table, as sentences. */
function offences(file: SourceFile): string[] {
  const layer = layers[file.place];
  if (layer === undefined) return [`${file.path}: no layer is called ${file.place}`];
  return file.imports.flatMap(({ specifier, place }) => {
    const offence = `${file.path}: imports ${specifier}`;
    if (place !== null) {
      const allowed = place === file.place || place === 'errors.ts' || layer.src.includes(place);
      return allowed && layers[place] !== undefined ? [] : [offence];
    }
    if (specifier.startsWith('node:')) {
      return layer.node === 'any' || layer.node.includes(specifier.slice('node:'.length)) ? [] : [offence];
    }
    const free = layer.packages === 'any' || layer.packages.some((name) => isPart(specifier, name));
    const taken = reserved.some(([name, owner]) => isPart(specifier, name) && owner !== file.place);
    return free && !taken ? [] : [offence];
  });
}

function isPart(specifier: string, name: string): boolean {
  return name.endsWith('/') ? specifier.startsWith(name) : `${specifier}/`.startsWith(`${name}/`);
}

describe('the house', () => {
  it('has files, and reads what they import', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(files.length);
  });

  it('lets a folder import from folders on its left alone', () => {
    expect(files.flatMap(offences)).toEqual([]);
  });

  it('has no folder that the table does not know, and none called util', () => {
    const entries = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(folders.filter((name) => /util|helper|common|shared|misc/i.test(name))).toEqual([]);
    const first = readdirSync(join(root, 'src'));
    expect(first.filter((name) => !Object.hasOwn(layers, name))).toEqual([]);
  });

  it('touches the process and the console in the cli alone', () => {
    const touching = files
      .filter((file) => file.place !== 'cli')
      .filter(({ code }) =>
        /(?<![.\w'"`])(?:process|console)\s*\??\.|globalThis\.(?:process|console)|node:process/.test(code),
      );
    expect(touching.map((file) => file.path)).toEqual([]);
  });

  it('keeps every file at most 260 lines long', () => {
    const long = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > 260)).toEqual([]);
  });

  it('imports modules by their built name, and nothing by a computed one', () => {
    const relative = files.flatMap((file) => file.imports.filter(({ place }) => place !== null));
    expect(
      relative.filter(({ specifier }) => !specifier.endsWith('.js') && !specifier.endsWith('.ts')),
    ).toEqual([]);
    expect(
      files.filter(({ code }) => /(?<!\.)\bimport\s*\(\s*[^'"\s]/.test(code)).map(({ path }) => path),
    ).toEqual([]);
    expect(files.filter(({ code }) => /\brequire\s*\(/.test(code)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the scan itself', () => {
  const upstream: [title: string, path: string, text: string][] = [
    ['a static import', 'parse/x.ts', `import { open } from '../store/open.js';`],
    ['an import over several lines', 'parse/x.ts', `import {\n  a,\n  b,\n} from '../store/open.js';`],
    ['a type-only import', 'model/x.ts', `import type { Policy } from '../policy/policy.js';`],
    ['an import for its effect', 'model/x.ts', `import '../policy/policy.js';`],
    ['an export from elsewhere', 'model/x.ts', `export * from '../policy/policy.js';`],
    ['a dynamic import', 'app/x.ts', `const { main } = await import('../cli/main.js');`],
    ['a type import inside an expression', 'model/x.ts', `type A = import('../policy/policy.js').Policy;`],
    [
      'a module started by its address',
      'parse/x.ts',
      `new Worker(new URL('../store/worker.js', import.meta.url));`,
    ],
    ['SQLite outside the store', 'app/x.ts', `import Database from 'better-sqlite3';`],
    ['the AWS SDK outside the sources', 'app/x.ts', `import { S3Client } from '@aws-sdk/client-s3';`],
    ['Node where values are made', 'chains/x.ts', `import { readFileSync } from 'node:fs';`],
    ['a file system in parse', 'parse/x.ts', `import { readFileSync } from 'node:fs';`],
    ['a folder unknown to the table', 'util/x.ts', `export const x = 1;`],
    ['the command line from the library', 'index.ts', `export * from './cli/main.js';`],
  ];

  it.each(upstream)('notices %s', (_title, path, text) => {
    expect(offences(readSource(path, text))).toHaveLength(1);
  });

  it('takes no word in a comment for an import', () => {
    const text = `/**\n * import { x } from '../store/open.js';\n */\n// import '../store/open.js'\nexport const x = 1;`;
    expect(offences(readSource('parse/x.ts', text))).toEqual([]);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  it('pins every dependency to one version', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(String(version)))).toEqual(
      [],
    );
  });

  it('lists what the program imports as dependencies, and nothing that it does not', () => {
    const imported = files
      .flatMap((file) => file.imports)
      .filter(({ specifier, place }) => place === null && !specifier.startsWith('node:'))
      .map(({ specifier }) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    expect(Object.keys(manifest.dependencies).sort()).toEqual([...new Set(imported)].sort());
  });
});
