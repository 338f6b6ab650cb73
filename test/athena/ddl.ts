/** A column: its name and its Hive type, both lower case and without white space, as Athena's metadata has them. */
export interface HiveColumn {
  name: string;
  type: string;
}

/** What a `CREATE EXTERNAL TABLE` of Athena says. */
export interface HiveTable {
  name: string;
  columns: HiveColumn[];
  partitions: HiveColumn[];
  serde: string;
  inputFormat: string;
  outputFormat: string;
  location: string;
  properties: Record<string, string>;
}

/**
 * Reads the DDL of queries/athena. It knows the statement's parts and no more.
 * @throws when one of them is missing
 */
export function parseDdl(sql: string): HiveTable {
  const text = sql
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n');
  const one = (shape: RegExp) => {
    const found = shape.exec(text)?.[1];
    if (found === undefined) throw new Error(`the DDL has nothing like ${shape}`);
    return found;
  };
  const partitioned = text.indexOf('PARTITIONED BY');
  return {
    name: one(/CREATE EXTERNAL TABLE (\w+)/),
    columns: columnsOf(inBrackets(text, text.indexOf('('))),
    partitions: partitioned === -1 ? [] : columnsOf(inBrackets(text, text.indexOf('(', partitioned))),
    serde: one(/ROW FORMAT SERDE '([^']+)'/),
    inputFormat: one(/STORED AS INPUTFORMAT '([^']+)'/),
    outputFormat: one(/OUTPUTFORMAT '([^']+)'/),
    location: one(/LOCATION '([^']+)'/),
    properties: Object.fromEntries(
      [...one(/TBLPROPERTIES \(([\s\S]*)\)/).matchAll(/'([^']+)'\s*=\s*'([^']*)'/g)].map(([, k, v]) => [
        k!,
        v!,
      ]),
    ),
  };
}

function columnsOf(list: string): HiveColumn[] {
  return partsOf(list, ',').map((part) => {
    const [, name, type] = /^\s*`?(\w+)`?\s+([\s\S]+)$/.exec(part)!;
    return { name: name!.toLowerCase(), type: type!.replaceAll(/\s/g, '').toLowerCase() };
  });
}

/** What stands between the bracket at a place and the one that closes it. */
function inBrackets(text: string, open: number): string {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(open + 1, at);
  }
  throw new Error('the DDL has a bracket that nothing closes');
}

/** Splits at a character that is outside all brackets. */
export function partsOf(text: string, at: ',' | ':'): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('<('.includes(character)) depth++;
    if ('>)'.includes(character)) depth--;
    if (character === at && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== '');
}
