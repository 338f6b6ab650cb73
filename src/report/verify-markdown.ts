import type { Check, Verification } from '../model/verification.js';
import type { RenderContext } from './context.js';
import { markdownCode, markdownGrid, markdownText } from './markdown.js';
import { styleOf } from './style.js';
import { unseenSentences } from './verify-coverage.js';
import { placeOf, verdictWords, verifiedWhat, verifySections } from './verify-words.js';

/** Events named for one promise; JSON has more. */
const mostEvents = 3;

/** A document that an auditor can hand in: a table for each pattern, the review, and what the logs do not show. */
export function verifyMarkdown(answer: Verification, ctx: RenderContext): string {
  const style = styleOf({ ...ctx, unicode: true, color: false });
  const parts = [
    '# Promises of the policy against the logs',
    ...verifiedWhat(answer, style).map(markdownText),
    ...verifySections(answer).flatMap(({ heading, checks }) => [
      `## ${heading}`,
      markdownGrid(
        ['verdict', 'promise', 'what the logs show', 'evidence'],
        checks.map((check) => [
          `**${verdictWords[check.verdict]}**`,
          markdownText(check.promise),
          [check.says, ...check.detail]
            .filter((text) => text !== '')
            .map(markdownText)
            .join('<br>'),
          evidence(check),
        ]),
      ).trimEnd(),
    ]),
    ...unseen(answer, ctx),
  ];
  return `${parts.join('\n\n')}\n`;
}

function evidence(check: Check): string {
  const { line, events, more } = placeOf(check, mostEvents);
  return [line, ...events.map(markdownCode), more].filter((text) => text !== '').join('<br>');
}

function unseen(answer: Verification, ctx: RenderContext): string[] {
  const sentences = unseenSentences(answer.coverage, styleOf({ ...ctx, unicode: true, color: false }));
  if (sentences.length === 0) return [];
  return ['## What the logs do not show', sentences.map((text) => `- ${markdownText(text)}`).join('\n')];
}
