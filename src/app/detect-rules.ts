import { readyDetectors } from '../detectors/index.js';
import type { Finding, Findings } from '../model/finding.js';
import type { Sqlite } from '../store/open.js';
import { chosen, type DetectQuestion, detect, type OwnRules } from './detect.js';
import { detectKept, type KeptQuestion } from './detect-kept.js';
import { guarded } from './rule-guard.js';
import { askAll } from './rule-rows.js';
import { Troubles } from './rule-troubles.js';
import type { Rules } from './rules.js';

/** Seconds that a question of a rule may take, when nobody says otherwise. */
export const usualSeconds = 60;

/**
 * `detect` with a user's own rules beside the built-in detectors. What a rule fails at is among the `problems` of the
 * answer, and the run goes on.
 * @param rules null: `detect` alone
 * @param seconds that each question in SQL may take
 * @throws RolecallError DETECTOR_UNKNOWN
 */
export async function detectWithRules(
  store: Sqlite,
  question: DetectQuestion,
  rules: Rules | null,
  seconds = usualSeconds,
): Promise<Findings<Finding[]>> {
  return detect(store, question, await ownRules(store, question, rules, seconds));
}

/** The same for findings that are kept. */
export async function detectKeptWithRules(
  store: Sqlite,
  question: KeptQuestion,
  rules: Rules | null,
  seconds = usualSeconds,
): Promise<Findings> {
  return detectKept(store, question, await ownRules(store, { ...question, only: null }, rules, seconds));
}

async function ownRules(
  store: Sqlite,
  { policy, only }: Pick<DetectQuestion, 'policy' | 'only'>,
  rules: Rules | null,
  seconds: number,
): Promise<OwnRules | null> {
  if (rules === null) return null;
  const troubles = new Troubles();
  const detectors = rules.rules.map(({ detector, version }) => ({ ...guarded(detector, troubles), version }));
  const sqlOf = new Map(rules.rules.map(({ detector, sql }) => [detector.id, sql]));
  const asked = readyDetectors(chosen(only, detectors), policy).flatMap((ready) => {
    const sql = sqlOf.get(ready.detector.id) ?? null;
    return sql === null ? [] : [{ ready, sql }];
  });
  const spotted = await askAll(store, asked, { policy, seconds, troubles });
  return { detectors, spotted, troubles };
}
