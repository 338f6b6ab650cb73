import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { channelTo, readTarget, Undelivered } from '../../src/alerts/index.js';
import { retryAfter } from '../../src/alerts/post.js';
import { channel, finding, secret } from './made.js';
import { answer, type Behaviour, cut, hang, type Received, startReceiver } from './receiver.js';

/** What a receiver does with a request, written against the README alone. */
async function verified({ headers, body }: Received): Promise<boolean> {
  const key = await webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const claimed = /^sha256=([0-9a-f]{64})$/.exec(String(headers['x-rolecall-signature']))![1]!;
  const signed = new TextEncoder().encode(`${headers['x-rolecall-timestamp']}.${body}`);
  return await webcrypto.subtle.verify('HMAC', key, Buffer.from(claimed, 'hex'), signed);
}

async function failure(behaviour: Behaviour, kind = 'webhook', timeout = 5_000): Promise<Undelivered> {
  const { at } = await startReceiver(behaviour);
  const { payload, send } = channel(`${kind}:${at('/acmeSecretPath')}`, { timeout });
  const error = await send(payload(finding(1)), { id: 'd1', number: 1 }).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(error instanceof Undelivered)) throw new Error(`no failure to deliver: ${String(error)}`);
  expect(error.message + error.remedy + error.stack).not.toContain('acmeSecretPath');
  return error;
}

describe('a webhook', () => {
  it('gets the finding in an envelope, with headers that tell the delivery, the time and who sends', async () => {
    const { at, received } = await startReceiver();
    const { payload, send } = channel(`webhook:${at('/hook?token=1')}`);
    await send(payload(finding(1)), { id: 'd1', number: 3 });
    const [{ path, headers, body }] = received as [Received];
    expect(path).toBe('/hook?token=1');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'rolecall/1.2.3',
      'x-rolecall-delivery': 'd1',
    });
    expect(Math.abs(Number(headers['x-rolecall-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    expect(JSON.parse(body)).toEqual({
      schema: 'rolecall/alert/v1',
      delivery: { id: 'd1', attempt: 3 },
      finding: expect.objectContaining({
        schema: 'rolecall/finding/v1',
        id: 'finding1',
        severity: 'high',
        account: 'prod',
        time: '2026-11-17T09:00:01Z',
        origin: expect.objectContaining({ id: 'repo:acme/shop:ref:refs/heads/main' }),
      }),
    });
  });

  it('is signed over time and body, whatever characters the records hold', async () => {
    const { at, received } = await startReceiver();
    const { payload, send } = channel(`webhook:${at('/')}`);
    for (const title of ['plain', 'gh-7 "\\ \u2028\u202e\u0000 ünï😀 \ud800']) {
      await send(payload(finding(1, { title })), { id: 'd1', number: 1 });
      expect(await verified(received.at(-1)!)).toBe(true);
      expect(JSON.parse(received.at(-1)!.body).finding.title).toBe(title);
    }
    const [request] = received as [Received];
    expect(
      await verified({ ...request, body: request.body.replace('gh', 'gx').replace('plain', 'plane') }),
    ).toBe(false);
    const later = { ...request.headers, 'x-rolecall-timestamp': '1795420800' };
    expect(await verified({ ...request, headers: later })).toBe(false);
  });

  it('is never sent unsigned', () => {
    expect(() => channel('webhook:https://alerts.acme.example/hook', { secret: null })).toThrow(
      /^webhook https:\/\/alerts\.acme\.example\/\.\.\. \(\w{8}\): there is no secret to sign with$/,
    );
  });

  it.each([200, 201, 202])(
    'has taken it when it answers %i, whatever becomes of its answer',
    async (status) => {
      const { at, received } = await startReceiver((response) => {
        response.writeHead(status, status === 204 ? {} : { 'content-length': '100' });
        response.write(status === 204 ? '' : 'cut', () => response.destroy());
      });
      const { payload, send } = channel(`webhook:${at('/')}`);
      await send(payload(finding(1)), { id: 'd1', number: 1 });
      expect(received).toHaveLength(1);
    },
  );

  it('may be slow to end an answer that says yes: nobody waits for it', async () => {
    const { at } = await startReceiver((response) => void response.writeHead(200).write('o'));
    const { payload, send } = channel(`webhook:${at('/')}`, { timeout: 3_600_000 });
    await send(payload(finding(1)), { id: 'd1', number: 1 });
  });

  it('may answer without end: no more than the beginning is read', async () => {
    let written = 0;
    const { at } = await startReceiver((response) => {
      response.writeHead(200);
      const more = () => {
        written += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    const { payload, send } = channel(`webhook:${at('/')}`);
    await send(payload(finding(1)), { id: 'd1', number: 1 });
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a failure to deliver', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('that may pass is tried again: %i', async (status) => {
    expect(await failure(answer(status))).toMatchObject({
      message: `answered ${status}`,
      fault: 'passing',
      wait: 0,
    });
  });

  it.each([400, 413, 415, 422])('about one finding leaves the others their chance: %i', async (status) => {
    expect(await failure(answer(status))).toMatchObject({ message: `answered ${status}`, fault: 'content' });
  });

  it.each([401, 403, 404, 405, 410])(
    'about the address or the secret ends the run for that target: %i',
    async (status) => {
      expect(await failure(answer(status))).toMatchObject({ message: `answered ${status}`, fault: 'target' });
    },
  );

  it.each([301, 302, 307, 308])(
    'is a redirect too: nothing is sent to where it leads: %i',
    async (status) => {
      const elsewhere = await startReceiver();
      const error = await failure(answer(status, { location: elsewhere.at('/acmeSecretPath') }));
      expect(error).toMatchObject({ message: `answered ${status}`, fault: 'target' });
      expect(elsewhere.received).toEqual([]);
    },
  );

  it('tells how long to wait when the receiver says it', async () => {
    expect((await failure(answer(429, { 'retry-after': '7' }))).wait).toBe(7);
    const now = Date.UTC(2026, 10, 17, 9);
    expect(retryAfter('Tue, 17 Nov 2026 09:00:30 GMT', now)).toBe(30);
    expect(retryAfter('Tue, 17 Nov 2026 08:00:00 GMT', now)).toBe(0);
    expect([retryAfter('soon', now), retryAfter('-5', now), retryAfter(null, now)]).toEqual([0, 0, 0]);
  });

  it('is a cut connection, silence, or nobody there', async () => {
    expect(await failure(cut)).toMatchObject({ message: 'the connection was cut', fault: 'passing' });
    expect(await failure(hang, 'webhook', 300)).toMatchObject({
      message: 'gave no answer in 0.3 s',
      fault: 'passing',
    });
    const { payload, send } = channel('webhook:http://127.0.0.1:1/acmeSecretPath');
    await expect(send(payload(finding(1)), { id: 'd1', number: 1 })).rejects.toMatchObject({
      fault: 'passing',
    });
  });

  it("repeats nothing that a webhook's receiver says, and of Slack's words only its own", async () => {
    expect((await failure(answer(404, {}, 'Cannot POST /acmeSecretPath'))).message).toBe('answered 404');
    expect((await failure(answer(404, {}, 'acme_secret'))).message).toBe('answered 404');
    expect((await failure(answer(404, {}, 'Cannot POST /acmeSecretPath'), 'slack')).message).toBe(
      'answered 404',
    );
    expect((await failure(answer(400, {}, 'invalid_blocks'), 'slack')).message).toBe(
      'answered 400 (invalid_blocks)',
    );
  });
});

describe('stdout', () => {
  it('gets one finding a line, and is waited for', async () => {
    const lines: string[] = [];
    const target = readTarget('stdout', { allowHttp: false, variable: () => undefined });
    const report = { account: () => null, tz: 'UTC' };
    const write = async (line: string) => void lines.push(line);
    const { payload, send } = channelTo(target, { report, version: '1.2.3', secret: null, write });
    await send(payload(finding(1, { title: 'a\nb\u2028' })), { id: 'd1', number: 1 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{"schema":"rolecall\/finding\/v1",[^\n]*\}\n$/);
    expect(JSON.parse(lines[0]!).title).toBe('a\nb\u2028');
  });
});
