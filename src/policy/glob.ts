export type Matcher = (text: string) => boolean;

/**
 * A glob as a test on whole texts: `*` is any run of characters except `:`, `?` is one character except `:`,
 * everything else is itself, case and all.
 *
 * No regular expression is built: the pattern comes from a file and the text from a record, and a few stars
 * in an expression are enough to stall it. This takes at most (length of pattern × length of text) steps.
 */
export function compileGlob(pattern: string): Matcher {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const parts = pattern.split(':');
  return (text) => {
    const pieces = text.split(':');
    return pieces.length === parts.length && parts.every((part, i) => matchesWithin(part, pieces[i]!));
  };
}

/** Greedy match that goes back only to the last star: earlier stars never need to give way. */
function matchesWithin(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
