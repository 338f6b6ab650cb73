import type { Check, Verdict, Verification } from '../model/verification.js';
import type { RenderContext } from './context.js';
import { type Html, type HtmlKind, htmlElement, htmlPage, htmlTable, htmlText } from './html.js';
import { styleOf } from './style.js';
import { unseenSentences } from './verify-coverage.js';
import { placeOf, verdictWords, verifiedWhat, verifySections } from './verify-words.js';

const mostEvents = 3;
const kinds: Record<Verdict, HtmlKind> = { pass: 'good', fail: 'bad', 'no-evidence': 'warn' };

/** One page that an auditor can hand in, or print: it needs nothing else. */
export function verifyHtml(answer: Verification, ctx: RenderContext): string {
  const style = styleOf({ ...ctx, unicode: true, color: false });
  const unseen = unseenSentences(answer.coverage, style);
  return htmlPage({
    title: 'Promises of the policy against the logs',
    lead: verifiedWhat(answer, style).map((text) => htmlElement('p', [text])),
    sections: [
      ...verifySections(answer).map(({ heading, checks }) => ({
        heading,
        body: [htmlTable(['Verdict', 'Promise', 'What the logs show', 'Evidence'], checks.map(row))],
      })),
      ...(unseen.length === 0
        ? []
        : [
            {
              heading: 'What the logs do not show',
              body: [
                htmlElement(
                  'ul',
                  unseen.map((text) => htmlElement('li', [text])),
                ),
              ],
            },
          ]),
    ],
  });
}

function row(check: Check): (Html | string)[] {
  const { verdict, promise, says, detail } = check;
  const { line, events, more } = placeOf(check, mostEvents);
  return [
    htmlElement('span', [verdictWords[verdict]], kinds[verdict]),
    promise,
    joined([
      ...(says === '' ? [] : [htmlElement('div', [says])]),
      ...detail.map((text) => htmlElement('div', [text], 'dim')),
    ]),
    joined([
      ...(line === '' ? [] : [htmlElement('div', [line])]),
      ...events.map((event) => htmlElement('div', [htmlElement('code', [event])])),
      ...(more === '' ? [] : [htmlElement('div', [more], 'dim')]),
    ]),
  ];
}

function joined(parts: readonly Html[]): Html {
  return parts.length === 0 ? htmlText('') : htmlElement('div', parts);
}
