import type { IamChange, RoleSnapshot } from '../model/iam.js';
import { isAdminDocument, isAwsAdminPolicy } from './admin-document.js';

/** Yes, no, or not known. */
type Known = boolean | null;

/** What is attached to one role at a moment, as far as it is known. */
export class RoleState {
  /** Everything that is attached is known. */
  whole = false;
  /** It was an administrator by a policy that it no longer has. */
  private lost = false;
  /** Managed policies, by ARN. */
  private readonly attached = new Map<string, Known>();
  /** Whether an inline policy, by its name, makes an administrator. */
  private readonly inline = new Map<string, Known>();
  /** Whether a customer's managed policy does, by its default version. */
  private readonly contents = new Map<string, Known>();

  /** Whether the role is an administrator; null when it is not known. */
  verdict(): Known {
    const known = this.parts();
    if (known.includes(true)) return true;
    if (known.includes(null)) return null;
    return this.whole || this.lost ? false : null;
  }

  change({ change, policy, document }: Pick<IamChange, 'change' | 'policy' | 'document'>): void {
    const before = this.parts().includes(true);
    if (change === 'create' || change === 'delete') this.empty();
    else if (policy === null) return;
    else if (change === 'attach') this.attached.set(policy, true);
    else if (change === 'detach') this.attached.set(policy, false);
    else if (change === 'put') this.inline.set(policy, isAdminDocument(document));
    else if (change === 'remove') this.inline.delete(policy);
    this.notice(before);
  }

  /** A managed policy got other content. */
  content(arn: string, admin: Known): void {
    const before = this.parts().includes(true);
    this.contents.set(arn, admin);
    this.notice(before);
  }

  /** Everything is as a snapshot shows it. */
  set({ attached, inline }: RoleSnapshot): void {
    this.empty();
    for (const { arn, document } of attached) {
      this.attached.set(arn, true);
      if (document !== null) this.contents.set(arn, isAdminDocument(document));
    }
    for (const { name, document } of inline) this.inline.set(name, isAdminDocument(document));
  }

  /** Takes a change back: what it took away was there; whether what it brought was there before is not known. */
  undo(change: IamChange['change'], policy: string): void {
    if (change === 'attach') this.attached.set(policy, null);
    else if (change === 'detach') this.attached.set(policy, true);
    else if (change === 'put' || change === 'remove') this.inline.set(policy, null);
  }

  /** What a later snapshot shows was so before, where nothing else is known. */
  backFill({ attached, inline }: RoleSnapshot, changed: (arn: string) => boolean): void {
    for (const { arn, document } of attached) {
      if (!this.attached.has(arn)) this.attached.set(arn, true);
      if (document !== null && !changed(arn) && !this.contents.has(arn))
        this.contents.set(arn, isAdminDocument(document));
    }
    for (const { name, document } of inline)
      if (!this.inline.has(name)) this.inline.set(name, isAdminDocument(document));
    this.whole = true;
  }

  private empty(): void {
    this.attached.clear();
    this.inline.clear();
    this.whole = true;
    this.lost = false;
  }

  private notice(before: boolean): void {
    const now = this.parts().includes(true);
    if (before && !now) this.lost = true;
  }

  /** Whether each policy makes the role an administrator. */
  private parts(): Known[] {
    const managed = [...this.attached].map(([arn, attached]) => {
      const content = isAwsAdminPolicy(arn) ?? this.contents.get(arn) ?? null;
      if (attached === false || content === false) return false;
      return attached === true ? content : null;
    });
    return [...managed, ...this.inline.values()];
  }
}
