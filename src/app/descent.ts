import type { Link, LinkMethod, Origin, Session } from '../model/session.js';

/** What a session's link came to. */
export interface Descent {
  link: Link;
  /** The one session before; null when it came straight from an origin, or when several may be it. */
  parent: Session | null;
  /** Sessions that may be the one before. */
  candidates: Session[];
  origin: Origin;
  depth: number | null;
  /** The uses-only shadow of a sign-in or an ambiguous credential is no assumption of its own. */
  hop: boolean;
}

export function link(method: LinkMethod, confidence: Link['confidence'], evidence: string[]): Link {
  return { method, confidence, evidence, candidates: [], reason: null };
}

export function direct(origin: Origin, link: Link, hop: boolean, hops = Number(hop)): Descent {
  const depth = origin.kind === 'unobserved' ? null : hops;
  return { link, parent: null, candidates: [], origin, depth, hop };
}

export function descended(
  parent: Session,
  method: LinkMethod,
  confidence: Link['confidence'],
  evidence: string[],
  hop: boolean,
): Descent {
  return {
    link: { ...link(method, confidence, evidence), candidates: [] },
    parent,
    candidates: [],
    origin: parent.origin,
    depth: parent.depth === null ? null : parent.depth + Number(hop),
    hop,
  };
}

export function sameOrigin(a: Origin, b: Origin): boolean {
  return a.kind === b.kind && a.id === b.id && a.accountId === b.accountId;
}
