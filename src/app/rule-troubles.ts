import type { DetectorProblem } from '../model/finding.js';

/** Characters of a reason that are kept: the text of an error may quote anything. */
const longest = 300;

/** What users' detectors failed at in one run; the same failure many times is one. */
export class Troubles {
  private readonly known = new Map<string, DetectorProblem>();

  /** @param session id of the one it failed at */
  add(detector: string, session: string | null, error: unknown): void {
    const said = error instanceof Error ? error.message : String(error);
    const reason = (said || 'it failed without a word').slice(0, longest);
    const key = JSON.stringify([detector, reason]);
    const before = this.known.get(key);
    if (before === undefined) this.known.set(key, { detector, reason, session, times: 1 });
    else before.times++;
  }

  list(): DetectorProblem[] {
    return [...this.known.values()].sort((a, b) => (a.detector < b.detector ? -1 : 1));
  }
}
