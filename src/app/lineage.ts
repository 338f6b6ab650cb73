import { type Lead, leadOf, readSwitchFrom } from '../chains/lead.js';
import { isIdentityCenterRole, unobserved } from '../chains/origin.js';
import type { SessionFacts } from '../model/facts.js';
import type { Link, LinkMethod, Origin, Session } from '../model/session.js';
import * as find from '../store/find-sessions.js';
import type { Sqlite } from '../store/open.js';
import { sessionIdAt } from '../store/select-sessions.js';
import { revocationsOf, sessionFacts, sourceIpsOf } from '../store/session-facts.js';
import type { Concluded } from './concluded.js';
import { type Descent, descended, direct, link, sameOrigin } from './descent.js';
import { sessionValue } from './session-value.js';
import { whyUnobserved } from './unobserved.js';

/** Sessions above one another that are followed by plain recursion. */
const deepest = 200;

/** Sessions kept, so that those beside one another need not be concluded again; dropped together at so many. */
const mostKept = 20_000;

class TooDeep extends Error {
  constructor(readonly sid: number) {
    super('the chain goes on');
  }
}

/**
 * Sessions with everything that is concluded about them: link, origin, depth, chain. Conclusions are drawn when
 * asked for, from the facts in the store, so that late records never leave a stale answer.
 */
export class Lineage {
  private readonly made = new Map<number, Concluded>();
  private readonly underway = new Set<number>();
  private readonly waiting: number[] = [];
  /** What is asked for the sessions underway, the innermost last. */
  private asking: Set<string>[] = [];

  constructor(readonly db: Sqlite) {}

  /** @param sid row number of the session */
  session(sid: number): Session | null {
    return this.concluded(sid)?.session ?? null;
  }

  /** @param sid row number of the session */
  concluded(sid: number): Concluded | null {
    const made = this.made.get(sid);
    if (made !== undefined) return made;
    if (this.underway.size === 0) {
      if (this.made.size >= mostKept) this.made.clear();
      return this.fromAbove(sid);
    }
    if (this.underway.size < deepest) return this.conclude(sid);
    // Waited for from further down: a ring, however long.
    if (this.waiting.includes(sid)) return null;
    throw new TooDeep(sid);
  }

  /** A role juggled for days makes a chain of thousands: what lies far above is concluded first, then asked again. */
  private fromAbove(sid: number): Concluded | null {
    this.waiting.push(sid);
    try {
      for (;;) {
        const next = this.waiting.at(-1)!;
        try {
          const concluded = this.made.get(next) ?? this.conclude(next);
          this.waiting.pop();
          if (this.waiting.length === 0) return concluded;
        } catch (error) {
          if (!(error instanceof TooDeep)) throw error;
          this.underway.clear();
          this.asking = [];
          this.waiting.push(error.sid);
        }
      }
    } finally {
      this.waiting.length = 0;
      this.underway.clear();
      this.asking = [];
    }
  }

  private conclude(sid: number): Concluded | null {
    const facts = sessionFacts(this.db, sid);
    // Two sessions that name each other as parent: hostile or broken records. The second is left without.
    if (facts === null || this.underway.has(sid)) return null;
    this.underway.add(sid);
    this.asking.push(new Set());
    const session = sessionValue(facts, this.descent(facts), {
      sourceIps: sourceIpsOf(this.db, sid),
      revocations: this.revocations(facts),
    });
    this.underway.delete(sid);
    const concluded = { session, facts, asked: [...this.asking.pop()!] };
    this.made.set(sid, concluded);
    return concluded;
  }

  /** Sessions by id. */
  known(ids: string[]): Session[] {
    return find.rowsOfIds(this.db, ids).flatMap((sid) => this.session(sid) ?? []);
  }

  /** Notes that the conclusion underway rests on this. */
  private ask(token: string): void {
    this.asking.at(-1)!.add(token);
  }

  private revocations(facts: SessionFacts) {
    const name = facts.roleArn?.slice(facts.roleArn.lastIndexOf('/') + 1);
    return name === undefined || facts.accountId === null
      ? []
      : revocationsOf(this.db, facts.accountId, name);
  }

  private descent(facts: SessionFacts): Descent {
    const lead = leadOf(facts);
    const hop = facts.kind === 'assumed-role' || facts.kind === 'assumed-root';
    switch (lead.to) {
      case 'origin':
        return direct(lead.origin, link(lead.method, 'exact', lead.evidence), hop);
      case 'session':
        return this.fromCaller(facts, lead, hop);
      case 'principal':
        return this.fromPrincipal(facts, lead, hop);
      case 'switched':
        return this.fromSwitch(facts, lead, hop);
      case 'sign-in':
        return this.fromSignIn(facts, lead, hop);
      case 'candidates':
        return this.among(facts, find.rowsOfIds(this.db, lead.ids), 'principal-time', [], false);
      case 'nowhere':
        return this.nowhere(facts, lead, hop);
    }
  }

  private nowhere(
    facts: SessionFacts,
    lead: { origin: Origin; reason: Link['reason']; evidence: string[] },
    hop: boolean,
  ): Descent {
    if (lead.reason === null && facts.accountId !== null) {
      this.ask(`first:${facts.accountId}`);
      this.ask(`blind:${facts.accountId}`);
    }
    const reason = lead.reason ?? whyUnobserved(this.db, facts);
    return direct(lead.origin, { ...link('none', 'unobserved', lead.evidence), reason }, hop);
  }

  private fromCaller(facts: SessionFacts, lead: Extract<Lead, { to: 'session' }>, hop: boolean): Descent {
    const parent = this.earlier(facts, [lead.session])[0];
    if (parent === undefined)
      return this.nowhere(facts, { origin: unobserved, reason: 'hidden', evidence: lead.evidence }, hop);
    // The caller's session may itself be one of several credentials: then so may the parent.
    if (parent.issuance === null && parent.link.confidence === 'ambiguous') {
      const candidates = find.rowsOfIds(this.db, parent.link.candidates);
      return this.among(facts, candidates, 'principal-time', lead.evidence, hop);
    }
    return descended(
      parent,
      lead.method,
      lead.method === 'issued-key' ? 'exact' : 'strong',
      lead.evidence,
      hop,
    );
  }

  private fromPrincipal(
    facts: SessionFacts,
    lead: Extract<Lead, { to: 'principal' }>,
    hop: boolean,
  ): Descent {
    this.ask(`principal:${lead.principalId}`);
    const rows = find.sessionsOfPrincipal(this.db, lead.principalId, lead.at);
    if (rows.length > 0) return this.among(facts, rows, 'principal-window', lead.evidence, hop);
    const user = find.userOfPrincipal(this.db, lead.principalId);
    if (user?.userName) {
      const origin: Origin = {
        kind: 'iam-user',
        id: user.userName,
        accountId: user.account,
        detail: null,
      };
      return direct(origin, link('principal-window', 'strong', lead.evidence), hop);
    }
    return this.nowhere(
      facts,
      { origin: lead.otherwise, reason: 'source account not collected', evidence: lead.evidence },
      hop,
    );
  }

  private fromSwitch(facts: SessionFacts, lead: Extract<Lead, { to: 'switched' }>, hop: boolean): Descent {
    const from = readSwitchFrom(lead.arn);
    if (from?.kind === 'origin')
      return direct(from.origin, link('switch-from', 'strong', lead.evidence), hop);
    if (from !== null) {
      this.ask(`named:${from.accountId} ${from.roleName} ${from.sessionName}`);
      const rows = find.sessionsNamed(this.db, from, lead.at);
      if (rows.length > 0) return this.among(facts, rows, 'switch-from', lead.evidence, hop);
      if (isIdentityCenterRole(from.roleName)) {
        const { accountId, sessionName: id } = from;
        const origin: Origin = { kind: 'identity-center-user', id, accountId, detail: null };
        return direct(origin, link('switch-from', 'strong', lead.evidence), hop, 2);
      }
    }
    return this.nowhere(
      facts,
      { origin: unobserved, reason: 'source account not collected', evidence: lead.evidence },
      hop,
    );
  }

  private fromSignIn(facts: SessionFacts, lead: Extract<Lead, { to: 'sign-in' }>, hop: boolean): Descent {
    this.ask(`signin:${lead.arn}`);
    const found = find.signInsOf(this.db, lead.arn).filter(({ session }) => session !== facts.sid);
    const rows = [...new Set(found.flatMap(({ session }) => (session === null ? [] : [session])))];
    const evidence = found.map(({ eventId }) => eventId);
    if (rows.length > 0) return this.among(facts, rows, 'sign-in-session', evidence, false);
    return this.nowhere(facts, { origin: lead.origin ?? unobserved, reason: lead.reason, evidence }, hop);
  }

  /** One candidate is the parent; several are all kept, and what they agree on is known all the same. */
  private among(
    facts: SessionFacts,
    rows: number[],
    method: LinkMethod,
    evidence: string[],
    hop: boolean,
  ): Descent {
    const candidates = this.earlier(facts, rows);
    if (candidates.length === 1) return descended(candidates[0]!, method, 'strong', evidence, hop);
    if (candidates.length === 0)
      return this.nowhere(facts, { origin: unobserved, reason: null, evidence }, hop);
    const [first, ...rest] = candidates as [Session, ...Session[]];
    const agreed = rest.every((other) => sameOrigin(other.origin, first.origin));
    const depths = new Set(candidates.map((candidate) => candidate.depth));
    const depth = agreed && depths.size === 1 && first.depth !== null ? first.depth + Number(hop) : null;
    return {
      link: { ...link(method, 'ambiguous', evidence), candidates: candidates.map(({ id }) => id).sort() },
      parent: null,
      candidates,
      origin: agreed ? first.origin : unobserved,
      depth,
      hop,
    };
  }

  /** Nobody comes from a session that was issued later, or from themselves. */
  private earlier(facts: SessionFacts, rows: number[]): Session[] {
    return rows.flatMap((sid) => {
      const id = sessionIdAt(this.db, sid);
      if (id !== null) this.ask(`session:${id}`);
      const session = sid === facts.sid ? null : this.session(sid);
      return session === null || session.issuedAt > facts.issuedAt ? [] : [session];
    });
  }
}
