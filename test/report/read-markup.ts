import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { parse, parseFragment } from 'parse5';

/** What a piece of markup comes to: its elements with their attributes, and its text. */
export interface Read {
  elements: { name: string; attributes: Record<string, string> }[];
  text: string;
}

type Node = {
  nodeName: string;
  value?: string;
  attrs?: { name: string; value: string }[];
  childNodes?: Node[];
};

/** Markdown as GitHub's dialect has it, raw HTML let through: what it would become. */
export function readMarkdown(markdown: string): Read {
  const html = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
  return read(parseFragment(html) as Node);
}

export function readHtml(html: string): Read {
  return read(parse(html) as Node);
}

function read(node: Node): Read {
  const parts = (node.childNodes ?? []).map(read);
  const own = node.attrs === undefined ? [] : [elementOf(node)];
  return {
    elements: [...own, ...parts.flatMap(({ elements }) => elements)],
    text: (node.nodeName === '#text' ? node.value! : '') + parts.map(({ text }) => text).join(''),
  };
}

function elementOf({ nodeName, attrs }: Node) {
  return { name: nodeName, attributes: Object.fromEntries(attrs!.map(({ name, value }) => [name, value])) };
}

/** Texts that try to be more than text. */
export const nasty = [
  '\u001b[2J\u001b[1;1Howned',
  'a\r\n# findings: 0',
  '\u202egnp.exe',
  '\ud800',
  '\u{e007f}\u{fffff}',
  '](javascript:alert(1))',
  '[click](javascript:alert(1)) ![x](http://192.0.2.1/p.png)',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script> <!-- -->',
  '&lt;b&gt; &#64;everyone &amp;',
  '| a | b |\\| c \\\\| d ||',
  '`` ` ``` `',
  '` <b>x</b> `',
  '@acme/security #12 acme/shop#3 GH-4 :tada: $x$ 0123abc 5dc2c2a0b1',
  'https://example.com www.example.com alice@example.com example.com',
  '1. list',
  '2) list',
  '- list',
  '+ list',
  '* list',
  '= - --- === ***',
  '# heading',
  '> quote',
  '~~gone~~ **bold** __bold__ _it_ *it*',
  '[^1]: note [^1]',
  '    code',
  '\\* \\[ \\',
  '"><svg/onload=alert(1)>',
  "javascript:alert('x')",
  '=cmd|calc!A0',
  '{{ template }} {0} $x{y}',
  '界'.repeat(2000),
  'a'.repeat(5000),
  'e\u0301\u0301\u0301\u0301\u0301',
  '',
  ' ',
  '__proto__',
];
