/** A type of the catalog. https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types */
export type HiveType =
  | { kind: 'text' }
  | { kind: 'boolean' }
  | { kind: 'number' }
  | { kind: 'date' }
  | { kind: 'timestamp' }
  | { kind: 'struct'; fields: Map<string, HiveType> }
  | { kind: 'array'; of: HiveType }
  | { kind: 'map'; of: HiveType }
  /** Not one that rolecall takes text from. */
  | { kind: 'other'; text: string };

const plain: Record<string, HiveType['kind']> = {
  string: 'text',
  varchar: 'text',
  char: 'text',
  boolean: 'boolean',
  tinyint: 'number',
  smallint: 'number',
  int: 'number',
  integer: 'number',
  bigint: 'number',
  float: 'number',
  double: 'number',
  decimal: 'number',
  date: 'date',
  timestamp: 'timestamp',
};

/** Reads `struct<type:string,sessioncontext:struct<…>>` and its like; names in any case, spaces anywhere. */
export function hiveType(text: string): HiveType {
  const reader = new Reader(text.toLowerCase());
  const type = reader.type();
  return type !== null && reader.ended ? type : { kind: 'other', text };
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get ended(): boolean {
    this.space();
    return this.at >= this.text.length;
  }

  /** Null when there is none. */
  type(): HiveType | null {
    const name = this.take(/\s*[a-z_]\w*/y)?.trim();
    if (name === undefined) return null;
    if (name === 'struct') return this.struct();
    if (name === 'array') return this.inner((of) => ({ kind: 'array', of }));
    if (name === 'map') return this.inner((of) => ({ kind: 'map', of }), true);
    // varchar(64), decimal(10,2), timestamp(3) with time zone
    this.take(/\s*\([\d\s,]*\)/y);
    this.take(/\s+with(?:out)?\s+(?:local\s+)?time\s+zone/y);
    const kind = plain[name];
    return kind === undefined ? { kind: 'other', text: name } : ({ kind } as HiveType);
  }

  private struct(): HiveType | null {
    const fields = new Map<string, HiveType>();
    if (!this.sign('<')) return null;
    while (!this.sign('>')) {
      const name = this.take(/\s*(?:`[^`]*`|[^\s:<>,`]+(?::[^\s:<>,`]+(?=\s*:))*)/y)?.trim();
      if (name === undefined || !this.sign(':')) return null;
      const type = this.type();
      if (type === null) return null;
      fields.set(name.replaceAll('`', ''), type);
      this.take(/\s+comment\s+'(?:[^']|'')*'/y);
      if (!this.sign(',') && this.text[this.at] !== '>') return null;
    }
    return { kind: 'struct', fields };
  }

  private inner(make: (of: HiveType) => HiveType, keyed = false): HiveType | null {
    if (!this.sign('<')) return null;
    if (keyed && (this.type() === null || !this.sign(','))) return null;
    const of = this.type();
    return of !== null && this.sign('>') ? make(of) : null;
  }

  private sign(sign: string): boolean {
    this.space();
    if (this.text[this.at] !== sign) return false;
    this.at++;
    this.space();
    return true;
  }

  private space(): void {
    this.take(/\s*/y);
  }

  private take(shape: RegExp): string | undefined {
    shape.lastIndex = this.at;
    const found = shape.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }
}
