import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean } from '../../src/report/clean.js';
import { htmlElement, htmlPage, htmlTable, htmlText } from '../../src/report/html.js';
import { markdownCode, markdownGrid, markdownText } from '../../src/report/markdown.js';
import { nasty, readHtml, readMarkdown } from './read-markup.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'`|\\[]()<>&#@*_~-+=.:!$1a \n'), maxLength: 40 }),
  fc.constantFrom(...nasty),
);
const names = (markup: { elements: { name: string }[] }) => markup.elements.map(({ name }) => name);
/** As it is shown: an arrow of two characters becomes one. */
const shown = (raw: string) =>
  clean(raw.trim())
    .split(' ')
    .map((word) => (word === '->' ? '→' : word))
    .join(' ');

describe('Markdown', () => {
  it('of any text is a paragraph with code in it, and reads as the text', () => {
    fc.assert(
      fc.property(text, (raw) => {
        const read = readMarkdown(markdownText(raw));
        expect(read.text).toBe(shown(raw));
        const expected = shown(raw) === '' ? [] : ['p'];
        expect(names(read).filter((name) => name !== 'code')).toEqual(expected);
        expect(read.elements.every(({ attributes }) => Object.keys(attributes).length === 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('of any code is one code span, and reads as the text', () => {
    fc.assert(
      fc.property(text, (raw) => {
        const read = readMarkdown(`x ${markdownCode(raw)}`);
        expect([names(read), read.text]).toEqual(
          clean(raw) === '' ? [['p'], 'x'] : [['p', 'code'], `x ${clean(raw)}`],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('of a table has as many cells as were given, whatever stands in them', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const grid = markdownGrid(
          ['first', 'second'],
          [
            [markdownText(a), markdownCode(b)],
            [markdownCode(a), markdownText(b)],
          ],
        );
        const read = readMarkdown(grid);
        expect(names(read).filter((name) => name !== 'code')).toEqual([
          ...['table', 'thead', 'tr', 'th', 'th'],
          ...['tbody', 'tr', 'td', 'td', 'tr', 'td', 'td'],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves prose alone, and sets what is a name as code', () => {
    expect(markdownText("role PlatformAdmin in 222222222222 called iam:CreateUser, it's 5 min (late).")).toBe(
      "role PlatformAdmin in `222222222222` called `iam:CreateUser`, it's 5 min (late).",
    );
    expect(markdownText('a -> b_c -> github-actions-deploy')).toBe('a → `b_c` → github-actions-deploy');
  });

  it.each([
    '@alice',
    '#12',
    'acme/shop#3',
    'GH-4',
    ':tada:',
    '5dc2c2a0b1',
    'www.example.com',
    'a@example.com',
    '$x$',
  ])('gives GitHub nothing to link or to call: %s', (word) => {
    expect(markdownText(word)).toBe(`\`${word}\``);
    expect(markdownText(`(${word}),`)).toBe(`(\`${word}\`),`);
  });
});

describe('HTML', () => {
  const page = (raw: string) =>
    htmlPage({
      title: raw,
      lead: [htmlElement('p', [raw], 'dim')],
      sections: [
        { heading: raw, body: [htmlTable([raw], [[raw, htmlElement('code', [raw])]]), htmlText(raw)] },
      ],
    });
  const plain = readHtml(page('x'));

  it('has the same elements whatever the text is, and shows the text', () => {
    fc.assert(
      fc.property(text, (raw) => {
        const read = readHtml(page(raw));
        expect(read.elements).toEqual(plain.elements);
        // A parser drops a line end or blank here and there; nothing else may be lost.
        expect(read.text.split(clean(raw)).length > 7 || clean(raw) === '').toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('fetches nothing and runs nothing', () => {
    expect(names(plain)).not.toEqual(expect.arrayContaining(['script']));
    const attributes = plain.elements.flatMap((element) => Object.keys(element.attributes));
    expect(attributes.filter((name) => /^on|src|href|style/.test(name))).toEqual([]);
    expect(page('x')).not.toMatch(/https?:|url\(|@import/);
    expect(page('x')).toContain("default-src 'none'");
  });

  it('is for light, dark and print', () => {
    expect(page('x')).toMatch(/prefers-color-scheme: dark[\s\S]*@media print/);
  });
});
