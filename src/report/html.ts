import escapeHtml from 'escape-html';
import { clean } from './clean.js';

/** Markup that is safe to put into a page: made by the functions here alone. */
export interface Html {
  readonly html: string;
}

/** One part of a page, under its own heading. */
export interface HtmlSection {
  heading: string;
  body: readonly Html[];
}

/** Text from anywhere: no markup, and what hides is shown, as in tables for the terminal. */
export function htmlText(text: string): Html {
  return { html: escapeHtml(clean(text)) };
}

/** An element without attributes but a class of the page's own. */
export function htmlElement(name: ElementName, content: readonly (Html | string)[], kind?: HtmlKind): Html {
  const inner = content.map((part) => (typeof part === 'string' ? htmlText(part) : part).html).join('');
  return { html: `<${name}${kind === undefined ? '' : ` class="${kind}"`}>${inner}</${name}>` };
}

type ElementName = 'p' | 'ul' | 'ol' | 'li' | 'code' | 'strong' | 'em' | 'h3' | 'span' | 'div';

/** How a word is coloured. */
export type HtmlKind = 'good' | 'bad' | 'warn' | 'dim';

/** A table; columns keep their order, the first row is the heading. */
export function htmlTable(titles: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  const cells = (row: readonly (Html | string)[], tag: 'th' | 'td') =>
    row.map((part) => `<${tag}>${(typeof part === 'string' ? htmlText(part) : part).html}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>\n`).join('');
  return {
    html: `<div class="wide"><table>\n<thead><tr>${cells(titles, 'th')}</tr></thead>\n<tbody>\n${body}</tbody>\n</table></div>`,
  };
}

/**
 * One document that needs nothing else: no script, no address that is fetched, light or dark as the reader's system
 * is, black on white in print. The policy in its head keeps it so, whatever stands in it.
 */
export function htmlPage(page: {
  title: string;
  lead: readonly Html[];
  sections: readonly HtmlSection[];
}): string {
  const title = htmlText(page.title).html;
  const sections = page.sections.map(
    ({ heading, body }) => `<section>\n<h2>${htmlText(heading).html}</h2>\n${joined(body)}</section>\n`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${joined(page.lead)}${sections.join('')}</main>
</body>
</html>
`;
}

function joined(parts: readonly Html[]): string {
  return parts.map(({ html }) => `${html}\n`).join('');
}

const styles = `
:root { color-scheme: light dark; --text: #1c2024; --dim: #5a6169; --back: #fff; --line: #d5d9de; --code: #f2f4f6;
  --good: #176b2c; --bad: #b3141d; --warn: #7d5200; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e7ea; --dim: #9aa2ab; --back: #14171a; --line: #343a41;
  --code: #20252a; --good: #6fd08a; --bad: #ff8a8a; --warn: #e9b44c; } }
body { margin: 0; color: var(--text); background: var(--back); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
h1, h2, h3, p, li, td, code { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; min-width: 5rem; }
code { background: var(--code); border-radius: .2rem; padding: .05rem .25rem; font: .9em ui-monospace, monospace; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .dim { color: var(--dim); }
.good, .bad, .warn { font-weight: 600; }
@media print { :root { color-scheme: light; --text: #000; --dim: #444; --back: #fff; --line: #999; --code: #fff;
  --good: #000; --bad: #000; --warn: #000; }
  main { max-width: none; padding: 0; } thead { display: table-header-group; } tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .wide { overflow: visible; } }
`;
