import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';

const TOO_DEEP = 'lists or maps are nested too deeply (a policy needs six levels)';

/** Something wrong with the file, and where. `line` and `col` count from 1. */
export interface PolicyProblem {
  line: number;
  col: number;
  message: string;
}

/** Keys and indexes from the top of the file, e.g. `['roles', 'deploy', 'match', 0]`. */
export type Path = readonly (string | number)[];

/** A YAML file as plain values, and where each of them stands. */
export interface PolicyDocument {
  value: unknown;
  /** Problems of the YAML itself. */
  problems: PolicyProblem[];
  /** False when the YAML is so broken that its values mean nothing. */
  readable: boolean;
  /** Place of a value, or of its key; of the nearest enclosing value when it is not there. */
  locate(path: Path, which?: 'key' | 'value'): { line: number; col: number };
  /** A scalar as the file spells it (`0222…`, not 222…); null for anything else. */
  source(path: Path): string | null;
}

const MAX_CHARACTERS = 1_000_000;
// A hand-written policy shares a list or two; more than this is a document made to grow without bound.
const MAX_ALIASES = 100;
// One wrong indent can make every line after it wrong: the first ones tell.
const MAX_SYNTAX_PROBLEMS = 50;

/**
 * Reads one YAML 1.2 document. Never throws: what is wrong is in `problems`.
 * Duplicate keys, unknown tags, keys that are no texts, and aliases that lead nowhere, into themselves or
 * multiply beyond reason are problems.
 */
export function readDocument(text: string): PolicyDocument {
  const lines = new LineCounter();
  const problems: PolicyProblem[] = [];
  const report = (offset: number, message: string) => problems.push({ ...lines.linePos(offset), message });
  if (text.length > MAX_CHARACTERS) return unreadable(`the file is larger than ${MAX_CHARACTERS} characters`);
  const doc = parse(text, lines);
  if (doc === null) return unreadable(TOO_DEEP);
  for (const { code, message, pos } of [...doc.errors, ...doc.warnings].slice(0, MAX_SYNTAX_PROBLEMS)) {
    report(pos[0], code === 'DUPLICATE_KEY' ? 'this key is here twice (keep one)' : plain(message));
  }
  let readable = doc.errors.every((error) => error.code === 'DUPLICATE_KEY');
  let firstAlias = 0;
  visit(doc, {
    Alias(_, alias) {
      firstAlias ||= offsetOf(alias);
      const target = alias.resolve(doc);
      if (target === undefined) report(offsetOf(alias), `*${alias.source} names no anchor above it`);
      else if (contains(target, alias)) report(offsetOf(alias), `*${alias.source} contains itself`);
      else return;
      readable = false;
    },
    Pair(_, pair) {
      if (isScalar(pair.key)) return;
      report(offsetOf(pair.key as Node | null), 'a key must be a text (quote it)');
      readable = false;
    },
  });
  let value: unknown = null;
  try {
    if (readable) value = doc.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    report(firstAlias, 'aliases multiply beyond reason (write the values out)');
    readable = false;
  }
  return {
    value,
    problems,
    readable,
    locate: (path, which = 'value') => lines.linePos(offsetAt(doc, path, which)),
    source: (path) => {
      const node = walk(doc, path).node;
      return isScalar(node) ? (node.source ?? null) : null;
    },
  };
}

function parse(text: string, lines: LineCounter): Document | null {
  try {
    return parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: true,
      prettyErrors: false,
      version: '1.2',
    }) as Document;
  } catch {
    return null; // The parser ran out of stack.
  }
}

function unreadable(message: string): PolicyDocument {
  const start = { line: 1, col: 1 };
  return {
    value: null,
    problems: [{ ...start, message }],
    readable: false,
    locate: () => start,
    source: () => null,
  };
}

function offsetAt(doc: Document, path: Path, which: 'key' | 'value'): number {
  const { node, key, complete } = walk(doc, path);
  return offsetOf(which === 'key' && complete && key !== null ? key : node);
}

/** Follows the path as far as it goes. */
function walk(doc: Document, path: Path): { node: unknown; key: Node | null; complete: boolean } {
  let node: unknown = resolved(doc, doc.contents);
  let key: Node | null = null;
  for (const step of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.findLast(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) return { node, key, complete: false };
      key = pair.key as Node;
      next = resolved(doc, pair.value) ?? key;
    } else if (isSeq(node)) {
      next = resolved(doc, node.items[Number(step)]);
      key = null;
    }
    if (next === undefined || next === null) return { node, key, complete: false };
    node = next;
  }
  return { node, key, complete: true };
}

function resolved(doc: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(doc) : node;
}

function contains(outer: { range?: [number, number, number] | null }, inner: Node): boolean {
  const at = offsetOf(inner);
  return outer.range != null && outer.range[0] <= at && at < outer.range[2];
}

function offsetOf(node: unknown): number {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0] ?? 0;
}

/** The parser's words, without its advice to programmers. */
function plain(message: string): string {
  if (message.includes('call stack')) return TOO_DEEP;
  return message.split('; please use')[0]!;
}
