/** What a folder of src may import. */
export interface Layer {
  /** Other places in src; its own and errors.ts are always allowed. */
  src: readonly string[];
  /** Node modules (without `node:`); `any` for the folders that do input and output. */
  node: readonly string[] | 'any';
  /** Packages; `any` where the table does not care. A trailing `/` allows a scope. */
  packages: readonly string[] | 'any';
}

const pure = [] as const;

/** The house: `ls src` reads as the data flows, and nothing imports upstream. */
export const layers: Readonly<Record<string, Layer>> = {
  model: { src: [], node: pure, packages: [] },
  sources: {
    src: ['model'],
    node: 'any',
    packages: ['tinyglobby', 'p-retry', 'csv-parse', '@aws-sdk/', '@smithy/'],
  },
  parse: { src: ['model'], node: ['zlib', 'crypto', 'buffer'], packages: [] },
  store: { src: ['model'], node: 'any', packages: ['better-sqlite3'] },
  chains: { src: ['model'], node: pure, packages: [] },
  policy: { src: ['model'], node: ['crypto'], packages: ['yaml', 'ajv'] },
  detectors: { src: ['model', 'policy'], node: pure, packages: ['ipaddr.js'] },
  report: { src: ['model'], node: pure, packages: 'any' },
  alerts: { src: ['model', 'report'], node: 'any', packages: 'any' },
  app: {
    src: ['model', 'sources', 'parse', 'store', 'chains', 'policy', 'detectors', 'report', 'alerts'],
    node: 'any',
    packages: 'any',
  },
  // The policy's names for accounts are part of what a report is told.
  cli: { src: ['app', 'model', 'report', 'policy'], node: 'any', packages: 'any' },
  'errors.ts': { src: [], node: pure, packages: [] },
  'index.ts': {
    src: ['model', 'sources', 'parse', 'store', 'chains', 'policy', 'detectors', 'report', 'alerts', 'app'],
    node: pure,
    packages: [],
  },
};

/** Packages that one folder alone may use: any name that starts like this. */
export const reserved: readonly (readonly [name: string, place: string])[] = [
  ['better-sqlite3', 'store'],
  ['@aws-sdk/', 'sources'],
  ['@smithy/', 'sources'],
  ['commander', 'cli'],
  ['cli-progress', 'cli'],
];
