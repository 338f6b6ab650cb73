import type { Finding } from '../model/finding.js';
import type { RenderContext } from '../report/index.js';
import { accountInFull, originKind, originName } from '../report/names.js';
import { styleOf } from '../report/style.js';
import { type PlainText, plainText, previewText } from './slack-text.js';

type Block =
  | { type: 'header'; text: PlainText }
  | { type: 'section'; text: PlainText }
  | { type: 'section'; fields: PlainText[] }
  | { type: 'context'; elements: PlainText[] };

/** Body of an incoming webhook. */
export interface SlackMessage {
  /** For notifications. */
  text: string;
  mrkdwn: false;
  parse: 'none';
  link_names: false;
  unfurl_links: false;
  unfurl_media: false;
  blocks: Block[];
}

/** Characters that Slack takes. https://docs.slack.dev/reference/block-kit/blocks */
const most = { preview: 300, header: 150, text: 3000, field: 2000, context: 2000 };

/**
 * A finding as a message. Its texts come from records and are hostile: they stand in `plain_text` alone, where
 * neither markup nor mentions are read.
 */
export function slackMessage(finding: Finding, ctx: Pick<RenderContext, 'account' | 'tz'>): SlackMessage {
  const head = `${finding.severity.toUpperCase()} ${finding.detector}`;
  const blocks: Block[] = [
    { type: 'header', text: plainText(head, most.header) },
    { type: 'section', text: plainText(finding.title, most.text) },
    { type: 'section', fields: facts(finding, ctx).map((text) => plainText(text, most.field)) },
  ];
  const detail = finding.detail.filter((line) => line.trim() !== '').join('\n');
  if (detail !== '') blocks.push({ type: 'section', text: plainText(detail, most.text) });
  blocks.push({ type: 'context', elements: [plainText(further(finding), most.context)] });
  return {
    text: previewText(`${head}: ${finding.title}`, most.preview),
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks,
  };
}

/** Label and value on two lines each; Slack takes ten. */
function facts(finding: Finding, ctx: Pick<RenderContext, 'account' | 'tz'>): string[] {
  const style = styleOf({ ...ctx, format: 'table', width: 80, color: false, unicode: true });
  const { accountId, roleArn, origin, time, last, sessions } = finding;
  const observed = origin !== null && origin.kind !== 'unobserved';
  const rows: [label: string, value: string | null][] = [
    [
      'Who',
      observed ? `${originKind(origin.kind, style)} ${originName(origin, style)}` : 'origin not observed',
    ],
    ['Account', accountInFull(accountId, style)],
    ['Role', roleArn],
    ['When', style.clock.span(time, last)],
    ['Sessions', sessions > 1 ? String(sessions) : null],
  ];
  return rows.filter(([, value]) => value).map(([label, value]) => `${label}\n${value}`);
}

/** What to type next. An event id comes from a record: one that a shell would obey is not offered for copying. */
function further({ id, session, evidence }: Finding): string {
  const [event] = evidence;
  const command = (verb: string, word: string | null | undefined) =>
    word && /^[\w:-]+$/.test(word) ? `rolecall ${verb} ${word}` : '';
  return [`finding ${id}`, command('chain', session), command('show', event)]
    .filter((part) => part !== '')
    .join(' \u00b7 ');
}
