import type { DetectorProblem } from '../model/finding.js';

/** Characters of a reason that are kept: the text of an error may quote anything. */
const longest = 500;
/** Reasons kept of one detector: one that quotes what it looks at has as many as there is to look at. */
const mostReasons = 20;

/** What users' detectors failed at in one run; the same failure many times is one. */
export class Troubles {
  /** How many failures there were. */
  total = 0;
  private known = new Map<string, Map<string, DetectorProblem>>();

  /** @param session id of the one it failed at */
  add(detector: string, session: string | null, error: unknown): void {
    this.total++;
    const own = this.known.get(detector) ?? new Map<string, DetectorProblem>();
    this.known.set(detector, own);
    let reason = wordsOf(error).slice(0, longest);
    if (!own.has(reason) && own.size >= mostReasons) reason = 'it failed in other ways, too';
    const before = own.get(reason);
    if (before === undefined) own.set(reason, { detector, reason, session, times: 1 });
    else {
      before.times++;
      before.session ??= session;
    }
  }

  /** As it is now, to go back to when a look is taken once more. */
  saved(): () => void {
    const { total } = this;
    const known = structuredClone(this.known);
    return () => {
      this.total = total;
      this.known = structuredClone(known);
    };
  }

  /** By detector, then in the order in which they happened. */
  list(): DetectorProblem[] {
    return [...this.known].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => [...own.values()]);
  }
}

/** What was thrown may be anything, and may throw again when it is looked at. */
function wordsOf(error: unknown): string {
  try {
    const said = String(error instanceof Error ? error.message : error);
    return said || 'it failed without a word';
  } catch {
    return 'it threw something that cannot be read';
  }
}
