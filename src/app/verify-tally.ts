import { mostEvidence } from '../model/finding.js';
import type { Check, Verdict } from '../model/verification.js';
import type { DetectorException } from '../policy/policy.js';

/** Sentences kept for one promise. */
const mostDetail = 10;

interface Shown {
  says: string;
  evidence: readonly string[];
}

/** What was seen of one promise so far. */
export class Tally {
  /** Occasions on which it held. */
  kept = 0;
  readonly breaches: Shown[] = [];
  readonly doubts: Shown[] = [];
  private readonly keptEvidence: string[] = [];
  private readonly excepted = new Map<number, { exception: DetectorException; times: number }>();

  /** @param times that it held, by the same evidence */
  keep(evidence: readonly string[] = [], times = 1): void {
    this.kept += times;
    for (const id of evidence) if (this.keptEvidence.length < mostEvidence) this.keptEvidence.push(id);
  }

  breach(says: string, evidence: readonly string[]): void {
    this.breaches.push({ says, evidence });
  }

  /** The records do not show enough to tell. */
  doubt(says: string, evidence: readonly string[]): void {
    this.doubts.push({ says, evidence });
  }

  except(exception: DetectorException): void {
    const times = (this.excepted.get(exception.line)?.times ?? 0) + 1;
    this.excepted.set(exception.line, { exception, times });
  }

  /** One breach is one too many; a doubt is no evidence, however often the promise held otherwise. */
  get verdict(): Verdict {
    if (this.breaches.length > 0) return 'fail';
    return this.kept > 0 && this.doubts.length === 0 ? 'pass' : 'no-evidence';
  }

  /**
   * @param says the sentence for each verdict
   * @param beside sentences that hold whatever the verdict, such as who the callers were
   */
  check(
    head: Pick<Check, 'id' | 'promise' | 'line'>,
    says: Record<Verdict, string>,
    beside: readonly string[] = [],
  ): Check {
    const { verdict, breaches, doubts } = this;
    const shown = verdict === 'fail' ? breaches : doubts;
    const sentences = [...new Set(shown.map((each) => each.says))];
    const more = sentences.length - mostDetail;
    return {
      ...head,
      verdict,
      says: says[verdict],
      detail: [
        ...sentences.slice(0, mostDetail),
        ...(more > 0 ? [`${more} more of this kind`] : []),
        ...beside,
        ...[...this.excepted.values()].map(
          ({ exception: { line, until, reason }, times }) =>
            `${times} excepted until ${until} by line ${line}: ${reason}`,
        ),
      ],
      evidence: [
        ...new Set(shown.length > 0 ? shown.flatMap(({ evidence }) => evidence) : this.keptEvidence),
      ].slice(0, mostEvidence),
    };
  }
}
