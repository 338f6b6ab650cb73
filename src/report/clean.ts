/**
 * What a terminal obeys instead of showing, or shows as nothing: controls (C0, C1, DEL), formats (bidi, zero width,
 * tags), line and paragraph separators, lone surrogates, private and ignorable code points.
 * https://www.unicode.org/reports/tr36/ https://trojansource.codes
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
// Spaces of other widths, and runs of the plain one, can imitate the columns of a table.
const SPACES = /(?! )\p{Zs}| {2,}|^ | $/gu;
// A mark without a letter joins the text before it; a pile of marks covers the lines above and below.
const MARKS = /(?<=^|\p{M}{3})\p{M}/gu;
const PLAIN = /^(?:[!-~]+ )*[!-~]+$/;
const BEYOND_ASCII = /[^ -~]/gu;

/**
 * Text from a record, safe to put on a line of a terminal: it cannot move the cursor, colour, reorder, hide itself,
 * end the line or imitate the layout. What it tried stays visible: `\x1b`, `\u202e`, `\x20\x20`.
 * @param unicode false escapes all beyond ASCII too: bytes of UTF-8 are controls to a terminal that reads Latin-1
 */
export function clean(text: string, unicode = true): string {
  if (PLAIN.test(text)) return text;
  const shown = text.replace(UNSEEN, escaped).replace(MARKS, escaped).replace(SPACES, escaped);
  return unicode ? shown : shown.replace(BEYOND_ASCII, escaped);
}

function escaped(found: string): string {
  return [...found].map((character) => escapedOne(character.codePointAt(0)!)).join('');
}

function escapedOne(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
