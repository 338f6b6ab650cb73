/** Matches a whole text against one that may hold `*` (anything) and `?` (one character); case does not matter. */
export function textMatcher(pattern: string): (text: string | null) => boolean {
  const source = [...pattern]
    .map((char) => {
      if (char === '*') return '.*';
      return char === '?' ? '.' : char.replace(/[\\^$.+()[\]{}|/-]/, '\\$&');
    })
    .join('');
  const expression = new RegExp(`^${source}$`, 'isu');
  return (text) => text !== null && expression.test(text);
}
