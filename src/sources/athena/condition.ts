import { RolecallError } from '../../errors.js';
import { hiveType } from './hive-type.js';
import { quoted } from './table.js';

/** What is asked of the table. */
export interface Part {
  /** Event time, seconds since 1970: from, and up to but without. */
  from: number;
  to: number;
  /** Folders of days, `YYYY-MM-DD`, both included: a record may lie in a later one than its own. */
  firstDay: string;
  lastDay: string;
  /** Null for all. */
  accounts: string[] | null;
  regions: string[] | null;
  /** Epoch seconds: when a projection from `NOW-3YEARS` on begins. Left out, such a beginning is not known. */
  now?: number | undefined;
}

/** What a table has partitions for; null where nothing tells. */
export interface Reach {
  /** `YYYY-MM-DD`, both included. */
  firstDay: string | null;
  lastDay: string | null;
  accounts: string[] | null;
  regions: string[] | null;
}

/** What a partition column adds to a query. */
export interface Restriction {
  /** SQL; empty where every partition is read. */
  sql: string;
  /** Values of its `?`. */
  params: string[];
  /** In plain words: which partitions are read. */
  words: string;
  /** In plain words: what of the question its partitions do not hold. */
  missing: string[];
  /** What its values tell of the table. */
  reach: Partial<Reach>;
  /** True when it keeps other times from being read. */
  time: boolean;
  /** True when it keeps every other day from being read. */
  days: boolean;
}

/** Every partition is read. */
export function every(column: string, words: string): Restriction {
  return {
    sql: '',
    params: [],
    words: `${column}: ${words}`,
    missing: [],
    reach: {},
    time: false,
    days: false,
  };
}

/** Conditions on one partition column, for the type that its values have. */
export class Column {
  readonly params: string[] = [];
  private readonly name: string;
  private readonly kind: string;

  constructor(name: string, type: string) {
    this.name = quoted(name);
    this.kind = hiveType(type).kind;
  }

  among(values: readonly string[]): string {
    const distinct = [...new Set(values.map((value) => this.literal(value)))];
    const [first] = distinct;
    const bound = distinct.map((value) => this.bound(value));
    return distinct.length === 1 && first !== undefined
      ? `${this.name} = ${bound[0]}`
      : `${this.name} IN (${bound.join(', ')})`;
  }

  between(first: string, last: string): string {
    if (first === last) return this.among([first]);
    return `${this.name} BETWEEN ${this.bound(this.literal(first))} AND ${this.bound(this.literal(last))}`;
  }

  /** Numbers and dates stand in the query itself: they have nothing but digits and hyphens. */
  private bound(literal: string): string {
    if (this.kind === 'number') return literal;
    if (this.kind === 'date') return `DATE '${literal}'`;
    this.params.push(literal);
    return '?';
  }

  private literal(value: string): string {
    if (this.kind === 'number' && /^\d{1,15}$/.test(value)) return String(Number(value));
    if (this.kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
    if (this.kind === 'number' || this.kind === 'date')
      throw new RolecallError(
        'ATHENA_COLUMNS',
        `the partition column ${this.name} cannot be asked for ${value}: it is of a type for ${this.kind}s`,
      );
    return value;
  }
}
