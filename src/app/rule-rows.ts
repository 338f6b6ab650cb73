import { type Draft, type Judged, judgeDraft, type Ready } from '../detectors/index.js';
import { emptyScene, type Scene } from '../model/scene.js';
import { readTime } from '../parse/time.js';
import type { Policy } from '../policy/index.js';
import type { Sqlite } from '../store/open.js';
import type { Cell } from '../store/question.js';
import { askRule } from './ask-rule.js';
import { Lineage } from './lineage.js';
import { draftsOf } from './rule-shape.js';
import { valuesOf } from './rule-sql.js';
import type { Troubles } from './rule-troubles.js';
import { sourceOf } from './scene-sources.js';

/** A draft that no scene gave: it came from a question, and its scene was looked for afterwards. */
export interface Spotted {
  judged: Judged;
  scene: Scene;
}

/** Rows that one rule may give. */
const mostRows = 10_000;

/**
 * Asks the question of each rule in SQL, one after the other.
 * @param seconds that each may take
 */
export async function askAll(
  store: Sqlite,
  asked: readonly { ready: Ready; sql: string }[],
  { policy, seconds, troubles }: { policy: Policy | null; seconds: number; troubles: Troubles },
): Promise<Spotted[]> {
  const found: Spotted[] = [];
  const lineage = new Lineage(store);
  for (const { ready, sql } of asked) {
    const { id, options } = ready.detector;
    const values = valuesOf(options, (name) => ready.means.option(name));
    const answer = await askRule({ db: store.name, sql, values, mostRows }, seconds);
    if ('error' in answer) {
      troubles.add(id, null, answer.error);
      continue;
    }
    if (answer.more) troubles.add(id, null, `it gave more than ${mostRows} rows: the rest was not looked at`);
    const drafts = new Map<string, { draft: Draft; scene: Scene }>();
    for (const row of answer.rows) {
      try {
        const scene = sceneOf(row, lineage);
        for (const draft of draftsOf(draftOf(row))) {
          const key = JSON.stringify([scene.session?.id ?? null, draft.about]);
          drafts.set(key, { draft: joined(drafts.get(key)?.draft, draft), scene });
        }
      } catch (error) {
        troubles.add(id, null, error);
      }
    }
    for (const { draft, scene } of drafts.values())
      found.push({ judged: judgeDraft(draft, scene, ready, policy), scene });
  }
  return found;
}

/** Rows about one thing in one session are one: the earliest tells the story, whatever their order. */
function joined(before: Draft | undefined, row: Draft): Draft {
  if (before === undefined) return row;
  const [first, other] = order(before) <= order(row) ? [before, row] : [row, before];
  const union = (name: 'evidence' | 'actions' | 'regions') => [
    ...new Set([...(first[name] ?? []), ...(other[name] ?? [])]),
  ];
  return {
    ...first,
    last: Math.max(first.last ?? first.time, other.last ?? other.time),
    evidence: union('evidence'),
    actions: union('actions'),
    regions: union('regions'),
  };
}

function order({ time, evidence, title }: Draft): string {
  return JSON.stringify([String(time).padStart(10, '0'), evidence, title]);
}

type Row = Record<string, Cell>;

/** The scene of its session, so that a finding has origin, chain and role; else one with what the row says. */
function sceneOf(row: Row, lineage: Lineage): Scene {
  const session = textIn(row.session_id);
  const key = `session:${session}`;
  const scene = session === null ? emptyScene : sourceOf(key)?.scene(lineage, key)?.scene;
  if (scene === undefined) throw new TypeError('a row names a session_id that is not in the store');
  return {
    ...scene,
    accountId: textIn(row.account_id) ?? scene.accountId,
    roleArn: textIn(row.role_arn) ?? scene.roleArn,
  };
}

/** What the row says, as a detector's `detect` would; it is checked in the same way. */
function draftOf(row: Row): unknown {
  const evidence = [...listIn(row.event_id), ...listIn(row.event_ids)];
  const about = [textIn(row.about) ?? textIn(row.session_id) ?? evidence[0] ?? textIn(row.title)];
  return {
    title: textIn(row.title),
    time: timeIn(row.time),
    evidence,
    about,
    ...present('last', timeIn(row.last)),
    ...present('severity', textIn(row.severity)),
    ...present(
      'detail',
      textIn(row.detail)
        ?.split('\n')
        .filter((line) => line.trim() !== ''),
    ),
    ...present('actions', row.action == null ? null : listIn(row.action)),
    ...present('regions', row.region == null ? null : listIn(row.region)),
  };
}

function present(name: keyof Draft, value: unknown): Record<string, unknown> {
  return value === null || value === undefined ? {} : { [name]: value };
}

function textIn(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined || cell === '' ? null : String(cell);
}

function listIn(cell: Cell | undefined): string[] {
  return (textIn(cell) ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** What is no time stays as it is, and is named when the draft is checked. */
function timeIn(cell: Cell | undefined): unknown {
  if (typeof cell !== 'string') return cell ?? null;
  return readTime(cell) ?? cell;
}
