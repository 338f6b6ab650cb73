import { lastPart } from '../chains/origin.js';
import type { Edge } from '../model/scene.js';
import type { Session } from '../model/session.js';
import { callerOfSession, callersOfRoles } from '../store/callers.js';
import { daysSeen } from '../store/coverage.js';
import { rowsOfIds } from '../store/find-sessions.js';
import type { Sqlite } from '../store/open.js';
import { roleOfSession, roles } from '../store/select-sessions.js';
import type { Lineage } from './lineage.js';
import { rolesById, whoCalled } from './who-called.js';

/** Times of issue that are remembered before everything is forgotten: about 20 MB. */
const mostTimes = 1_000_000;

/** Seconds: whoever held a role so short a time ago is not new in it, however the policy is set. */
const soon = 7 * 86_400;

/** Days back that no policy looks further than. */
const farthest = 400;

/** Stands for every caller that only another account's record shows, by a role's id that no record has named yet. */
const unnamed = '?';

/** When each caller got sessions of a role, in order. */
type Issues = ReadonlyMap<string, readonly number[]>;

const known = new WeakMap<Lineage, Edges>();

/** One for a run: what is remembered is as old as the lineage. */
export function edgesOf(lineage: Lineage): Edges {
  const edges = known.get(lineage) ?? new Edges(lineage.db);
  known.set(lineage, edges);
  return edges;
}

/**
 * Who assumed which role before. A role's callers are read once, however many of its sessions are asked about.
 */
export class Edges {
  private readonly issues = new Map<string, Issues>();
  private times = 0;
  private readonly days = new Map<string, number[]>();
  private readonly roleById: ReadonlyMap<string, string>;
  /** Row numbers of a role: by account and name, since not every record keeps the path. */
  private readonly rows = new Map<string, number[]>();

  constructor(private readonly db: Sqlite) {
    this.roleById = rolesById(db);
    for (const { id, arn } of roles(db)) {
      const known = this.rows.get(nameOf(arn));
      if (known === undefined) this.rows.set(nameOf(arn), [id]);
      else known.push(id);
    }
  }

  /** @param sid row number of the session */
  edgeOf(sid: number, { roleArn, accountId, issuedAt }: Session): Edge | null {
    if (roleArn === null || accountId === null) return null;
    const shown = callerOfSession(this.db, sid);
    const caller = shown === null ? null : (whoCalled(shown, roleArn, this.roleById)?.key ?? null);
    if (caller === null) return null;
    const times = this.issuesOf(roleArn).get(caller) ?? [];
    return { caller, previous: lastBefore(times, issuedAt), days: this.daysOf(accountId) };
  }

  /** What an edge says may change when one of these is touched: only one that seems new can. */
  dependsOn(edge: Edge | null, { roleArn, accountId, issuedAt }: Session): string[] {
    if (edge === null || roleArn === null) return [];
    if (edge.previous !== null && issuedAt - edge.previous < soon) return [];
    const tokens = [tokenOf(edge.caller, roleArn), tokenOf(unnamed, roleArn)];
    // A role's id, learned late, may show that two callers are one.
    if ([...this.issuesOf(roleArn).keys()].some(isUnnamed)) tokens.push('roles:');
    const today = Math.floor(issuedAt / 86_400);
    const before = edge.days.filter((day) => day < today && day >= today - farthest).length;
    if (before < farthest) tokens.push(`days:${accountId}`);
    return tokens;
  }

  private issuesOf(roleArn: string): Issues {
    const name = nameOf(roleArn);
    const known = this.issues.get(name);
    if (known !== undefined) return known;
    if (this.times > mostTimes) {
      this.issues.clear();
      this.times = 0;
    }
    const made = new Map<string, number[]>();
    for (const row of callersOfRoles(this.db, this.rows.get(name) ?? [])) {
      const key = whoCalled(row, roleArn, this.roleById)?.key;
      if (key === undefined) continue;
      const times = made.get(key);
      if (times === undefined) made.set(key, [row.issuedAt]);
      else times.push(row.issuedAt);
      this.times++;
    }
    this.issues.set(name, made);
    return made;
  }

  private daysOf(accountId: string): number[] {
    const days = this.days.get(accountId) ?? daysSeen(this.db, accountId);
    this.days.set(accountId, days);
    return days;
  }
}

/** Tokens of the pair that a touched session is one of: what seems new beside it has to be looked at again. */
export function edgesTouched(db: Sqlite, sessionId: string): string[] {
  const [sid] = rowsOfIds(db, [sessionId]);
  const roleArn = sid === undefined ? null : roleOfSession(db, sid);
  const shown = sid === undefined || roleArn === null ? null : callerOfSession(db, sid);
  const caller = shown === null ? undefined : whoCalled(shown, roleArn, rolesById(db))?.key;
  if (caller === undefined || roleArn === null) return [];
  return [tokenOf(caller, roleArn), ...(isUnnamed(caller) ? [tokenOf(unnamed, roleArn)] : [])];
}

function tokenOf(caller: string, roleArn: string): string {
  return `edge:${caller} ${nameOf(roleArn)}`;
}

function isUnnamed(caller: string): boolean {
  return caller.startsWith('id AROA');
}

function nameOf(arn: string): string {
  return `${arn.split(':')[4]} ${lastPart(arn)}`;
}

/** Times are in order: halved until the place is found. */
function lastBefore(times: readonly number[], time: number): number | null {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return times[low - 1] ?? null;
}
