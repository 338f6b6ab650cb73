import type { Problem } from '../model/record.js';

/** What went wrong in one object: the first problems in full, the rest as a number. */
export class ProblemLog {
  /** Turns false for good when a part of the object could not be read. */
  complete = true;
  private readonly listed: Problem[] = [];
  private unlisted = 0;

  constructor(
    private readonly source: string,
    private readonly most: number,
  ) {}

  /** @param at `record 17`, `byte 1024`, or '' for the object as a whole. */
  add(at: string, reason: string): void {
    if (this.listed.length < this.most) this.listed.push({ source: this.source, at, reason });
    else this.unlisted++;
  }

  /** Like `add`, and part of the object is lost. */
  lost(at: string, reason: string): void {
    this.complete = false;
    this.add(at, reason);
  }

  list(): Problem[] {
    if (this.unlisted === 0) return this.listed;
    const more = `${this.unlisted} more ${this.unlisted === 1 ? 'problem' : 'problems'} in this object, counted but not listed`;
    return [...this.listed, { source: this.source, at: '', reason: more }];
  }
}
