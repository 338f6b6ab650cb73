import { clean } from '../report/clean.js';

/** What Slack reads as its own in any text. https://docs.slack.dev/messaging/formatting-message-text */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

// A mention where whoever takes Slack's messages reads plain text for them too: at the start of a word.
const MENTION = /(?<![\p{L}\p{N}_.+-])@|@(?=(?:all|channel|everyone|group|here)\b)/giu;

/** A text object whose content is shown as it is, whatever it holds. */
export interface PlainText {
  type: 'plain_text';
  text: string;
  emoji: false;
}

/**
 * Text from a record for a place that shows it as it is.
 * @param most characters that Slack takes there, counted after escaping
 */
export function plainText(text: string, most: number): PlainText {
  const lines = text.split('\n').map((line) => clean(line));
  const shown = escaped(lines.join('\n').replaceAll(MENTION, '@\u2060'), most);
  // Slack refuses a message with an empty text.
  return { type: 'plain_text', text: shown === '' ? '-' : shown, emoji: false };
}

/**
 * Text from a record for the one place that Slack may read as its markup, the notification: every character that
 * could mean something there is a dot. The exact text stands in the blocks.
 */
export function previewText(text: string, most: number): string {
  const defused = clean(text).replaceAll(/\/\/|[^\p{L}\p{N} .,:;()'"+=%/-]/gu, '\u00b7');
  return escaped(defused, most);
}

/** Escaped, and cut between two characters so that it fits. */
function escaped(text: string, most: number): string {
  const parts = [...text].map((character) => entities[character] ?? character);
  if (parts.reduce((sum, { length }) => sum + length, 0) <= most) return parts.join('');
  let cut = '';
  for (const part of parts) {
    if (cut.length + part.length > most - 1) break;
    cut += part;
  }
  return `${cut}\u2026`;
}
