/** What was given for a command's options, by their long names: `min-depth`. An option left out is null or empty. */
export class OptionValues {
  /** @param values by commander's names: `minDepth` */
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  text(name: string): string | null {
    const value = this.get(name);
    if (value === undefined) return null;
    if (typeof value !== 'string') throw new TypeError(`--${name} does not read as text`);
    return value;
  }

  count(name: string): number | null {
    const value = this.get(name);
    if (value === undefined) return null;
    if (typeof value !== 'number') throw new TypeError(`--${name} does not read as a count`);
    return value;
  }

  /** Null when the option was left out. */
  list(name: string): string[] | null {
    const value = this.get(name);
    if (value === undefined) return null;
    if (!Array.isArray(value)) throw new TypeError(`--${name} does not read as a list`);
    return value as string[];
  }

  given(name: string): boolean {
    return this.get(name) === true;
  }

  private get(name: string): unknown {
    return this.values[name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
  }
}
