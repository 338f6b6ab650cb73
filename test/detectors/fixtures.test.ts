import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectorCases, detectorDifferences } from '../../fixtures/make/detectors/write.js';
import { detect } from '../../src/app/detect.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy } from '../../src/app/open.js';
import { detectors, techniques } from '../../src/detectors/index.js';
import type { Finding } from '../../src/model/finding.js';
import { openForReading } from '../../src/store/open.js';
import { build } from '../cli/rolecall.js';

const folder = fileURLToPath(new URL('../../fixtures/detectors/', import.meta.url));
const sources = fileURLToPath(new URL('../../src/detectors/', import.meta.url));
const stores = mkdtempSync(join(tmpdir(), 'rolecall-'));
const policy = loadPolicy(join(folder, 'rolecall.yaml'), true);

// The reading threads run what was built.
beforeAll(build);
afterAll(() => rmSync(stores, { recursive: true, force: true }));

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

async function findings(path: string, db: string): Promise<Finding[]> {
  await ingest({ db, sources: [path], threads: 1 });
  const store = openForReading(db);
  try {
    return detect(store, { policy, window: null, only: null }).findings;
  } finally {
    store.close();
  }
}

describe('the registry', () => {
  it('is sorted, and knows every file that defines a detector', () => {
    const ids = detectors.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    const files = readdirSync(sources)
      .filter((file) => /^export default defineDetector\(/m.test(readFileSync(join(sources, file), 'utf8')))
      .map((file) => file.replace(/\.ts$/, ''));
    expect(ids).toEqual(files.sort());
  });

  it('has fixtures for every detector, and no fixtures for another', () => {
    expect(folders(folder)).toEqual(detectors.map(({ id }) => id));
    for (const id of folders(folder)) expect(folders(join(folder, id))).toEqual(['fires', 'silent']);
  });

  it('has the fixtures that would be made now', () => {
    expect(detectorDifferences(folder)).toEqual([]);
  });

  it.each(detectors)('$id says what somebody needs at 2 a.m.', (detector) => {
    const { summary, cannotSee, falsePositives, triage, attack, options } = detector;
    for (const text of [summary, ...cannotSee, ...falsePositives]) {
      expect(text).not.toMatch(/\.$/);
      expect(text.length).toBeGreaterThan(15);
    }
    for (const list of [cannotSee, falsePositives, triage, attack]) expect(list.length).toBeGreaterThan(0);
    // A user's own may be of any technique; these have a name.
    expect(attack.filter((id) => !Object.hasOwn(techniques, id))).toEqual([]);
    for (const { help } of Object.values(options)) expect(help.length).toBeGreaterThan(10);
  });
});

const titled = detectorCases.map((each) => ({
  ...each,
  title: `${each.detector} ${each.verdict}: ${each.name}`,
}));

describe.each(titled.map((each) => [each.title, each] as const))(
  '%s',
  (_title, { detector, verdict, name }) => {
    const file = `${name.replaceAll(' ', '-')}.json`;
    const path = join(folder, detector, verdict, file);

    it(verdict === 'fires' ? 'is one finding' : 'is none', async () => {
      expect(existsSync(path)).toBe(true);
      const found = await findings(path, join(stores, `${detector}-${verdict}-${file}.db`));
      const own = found.filter((finding) => finding.detector === detector);
      expect(own.map(({ title }) => title)).toHaveLength(verdict === 'fires' ? 1 : 0);
      // What the records do not show is no accusation; what they show is one.
      const unsure = detectors.find(({ id }) => id === detector)!.severity === 'low' ? 'info' : 'low';
      for (const { severity } of own) expect(severity === unsure).toBe(name.includes('cannot be confirmed'));
      for (const { severity, title, detail, sessions, time, last, evidence, fingerprint } of own)
        expect({
          severity,
          title,
          detail,
          sessions,
          time,
          last,
          evidence: evidence.length,
          fingerprint,
        }).toMatchSnapshot();
      for (const finding of own) {
        expect(finding.evidence.length).toBeGreaterThan(0);
        expect(finding.last).toBeGreaterThanOrEqual(finding.time);
        expect(finding.fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/);
      }
    });
  },
);
