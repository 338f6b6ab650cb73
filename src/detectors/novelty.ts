import type { Edge } from '../model/scene.js';

/** How far to look back. */
export interface Lookback {
  /** Days without the pair that make it new. */
  days: number;
  /** Days with logs, among these, below which nothing can be said. */
  minDays: number;
}

export interface Novelty {
  /**
   * `known`: the pair was seen in these days · `new`: it was not, and each of the days has logs · `unclear`: it was
   * not, but some of the days have none · `blind`: too few have any.
   */
  verdict: 'known' | 'new' | 'unclear' | 'blind';
  /** Days with logs in the role's account, of those looked back at. */
  covered: number;
}

const day = 86_400;

/** Whether a caller and a role are new to each other. @param at when the session was issued, epoch seconds */
export function noveltyOf(edge: Edge, at: number, { days, minDays }: Lookback): Novelty {
  const today = Math.floor(at / day);
  const covered = edge.days.filter((each) => each < today && each >= today - days).length;
  if (edge.previous !== null && edge.previous >= at - days * day) return { verdict: 'known', covered };
  if (covered < Math.min(minDays, days)) return { verdict: 'blind', covered };
  return { verdict: covered < days ? 'unclear' : 'new', covered };
}
