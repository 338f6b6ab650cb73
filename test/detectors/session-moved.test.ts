import { describe, expect, it } from 'vitest';
import type { Scene } from '../../src/model/scene.js';
import { clientOf, instance, judgedBy, noon, sceneOf, sessionOf } from './scene.js';

const boto = 'Boto3/1.40.46 os/linux#6.1.0';
const mac = 'aws-cli/2.31.4 os/macos#24.6.0';

const issued = (clients: Scene['clients'], changes: Partial<Scene> = {}) =>
  sceneOf(sessionOf(), { clients, ...changes });
const started = (origin: Scene['origin'], clients: Scene['clients'], changes: Partial<Scene> = {}) =>
  sceneOf(sessionOf({ origin, issuance: null }), { origin, assumption: null, clients, ...changes });
const told = (scene: Scene, settings?: string) =>
  judgedBy('session-moved', scene, settings).map(({ severity, draft }) => ({
    severity,
    title: draft.title.replace(/^.*?: /, ''),
  }));

describe('a session that was issued to somebody', () => {
  it('has moved when it calls from another network, the more so with another client', () => {
    expect(told(issued([clientOf(60, '198.51.100.9')]))).toEqual([
      {
        severity: 'medium',
        title: 'calls came from 198.51.100.9 (aws-cli on linux), unlike 192.0.2.10 (aws-cli on linux)',
      },
    ]);
    for (const agent of [boto, mac])
      expect(told(issued([clientOf(60, '198.51.100.9', agent)]))[0]?.severity).toBe('high');
  });

  it('is as urgent as the most urgent of its moves, and lasts as long as all of them', () => {
    const clients = [
      clientOf(60, '198.51.100.9', boto),
      clientOf(120, '192.0.2.10'),
      clientOf(180, '203.0.113.9'),
    ];
    const [{ severity, draft }] = judgedBy('session-moved', issued(clients)) as [never];
    expect(severity).toBe('high');
    expect(draft).toMatchObject({
      time: noon + 60,
      last: noon + 210,
      evidence: ['e-1', 'e-60', 'e-180'],
    });
  });

  it('has not moved to another client at one address, unless the policy asks for that', () => {
    for (const agent of [boto, mac]) {
      const scene = issued([clientOf(60, '192.0.2.10', agent)]);
      expect(told(scene)).toEqual([]);
      expect(told(scene, '{ session-moved: { families: true } }')[0]?.severity).toBe('medium');
    }
    const same = issued([clientOf(60, '192.0.2.10')]);
    expect(told(same, '{ session-moved: { families: true } }')).toEqual([]);
  });

  it('is told without a client where none is known', () => {
    const title = told(issued([clientOf(60, '198.51.100.9', '')]))[0]?.title;
    expect(title).toBe('calls came from 198.51.100.9, unlike 192.0.2.10 (aws-cli on linux)');
  });

  it('names three places, and keeps one record of how it was issued', () => {
    const clients = [4, 5, 6, 7].map((last) => clientOf(last, `198.51.${last}.9`));
    const scene = issued(clients);
    const assumption = { ...scene.assumption!, evidence: ['e-1', 'e-1-copy'] };
    const [{ draft }] = judgedBy('session-moved', { ...scene, assumption }) as [never];
    const { title, evidence } = draft as { title: string; evidence: string[] };
    expect(title).toContain('198.51.6.9 (aws-cli on linux) and 1 more, unlike');
    expect(evidence).toEqual(['e-1', 'e-4', 'e-5', 'e-6', 'e-7']);
  });

  it('is told apart by role and by instance', () => {
    const about = (scene: Scene) => JSON.stringify(judgedBy('session-moved', scene)[0]!.draft.about);
    const clients = [clientOf(60, '192.0.2.200', boto), clientOf(90, '198.51.100.9', boto)];
    const other = { ...instance, detail: 'i-0c0ffee123456789a' };
    expect(about(started(instance, clients))).not.toBe(about(started(other, clients)));
    const elsewhere = issued([clientOf(60, '198.51.100.9')]);
    expect(about({ ...elsewhere, roleArn: 'arn:aws:iam::222222222222:role/other' })).not.toBe(
      about(elsewhere),
    );
    const token = sessionOf({ kind: 'session-token', roleArn: null });
    expect(about(sceneOf(token, { clients: elsewhere.clients }))).toContain('session-token');
  });

  it('has not moved to an unknown client', () => {
    const families = '{ session-moved: { families: true } }';
    expect(told(issued([clientOf(60, '192.0.2.10', '')]), families)).toEqual([]);
    const unknown = sessionOf({ issuance: { ...sessionOf().issuance!, userAgent: null } });
    expect(told(sceneOf(unknown, { clients: [clientOf(60, '192.0.2.10')] }), families)).toEqual([]);
  });

  it('belongs where its first call came from when the issuance shows no address', () => {
    const console = sessionOf({ issuance: { ...sessionOf().issuance!, sourceIp: 'AWS Internal' } });
    const clients = [
      clientOf(60, '10.0.0.1'),
      clientOf(90, '198.51.100.9', 'Mozilla/5.0 (X11; Linux)'),
      clientOf(120, '203.0.113.9'),
    ];
    expect(told(sceneOf(console, { clients }))[0]?.title).toBe(
      'calls came from 203.0.113.9 (aws-cli on linux), unlike 198.51.100.9 (browser on linux)',
    );
  });

  it('is one finding for each network it was first seen in, and for nothing else', () => {
    const about = (scene: Scene) => judgedBy('session-moved', scene)[0]!.draft.about;
    const first = about(issued([clientOf(60, '198.51.100.9')]));
    expect(about(issued([clientOf(90, '198.51.100.77'), clientOf(120, '203.0.113.9')]))).toEqual(first);
    expect(about(issued([clientOf(60, '203.0.113.9')]))).not.toEqual(first);
  });
});

describe('the credentials of an instance', () => {
  const home = { address: '192.0.2.200', userAgent: boto };

  it('belong where it was before, even when somebody else called first', () => {
    const clients = [clientOf(60, '198.51.100.9', mac), clientOf(90, '192.0.2.200', boto)];
    expect(told(started(instance, clients, { clientsBefore: [home] }))).toEqual([
      {
        severity: 'high',
        title: 'calls came from 198.51.100.9 (aws-cli on macos), unlike 192.0.2.200 (boto3 on linux)',
      },
    ]);
  });

  it('have not moved with the instance to an address that it has now', () => {
    const moved = started(instance, [clientOf(60, '198.51.100.9', boto)], { clientsBefore: [home] });
    expect(told(moved)).toEqual([]);
  });

  it('are not used on a system that it did not run on, nor by another program where the policy asks for that', () => {
    const at = (agent: string) =>
      started(instance, [clientOf(60, '10.0.0.1', boto), clientOf(90, '10.0.0.1', agent)]);
    expect(told(at(mac))[0]?.severity).toBe('high');
    const cli = at('aws-cli/2.31.4 os/linux#6.8.0');
    expect(told(cli)).toEqual([]);
    expect(told(cli, '{ session-moved: { families: true } }')).toEqual([
      {
        severity: 'medium',
        title:
          'calls came from a private address (aws-cli on linux), unlike a private address (boto3 on linux)',
      },
    ]);
  });

  it('are not where a record names no address', () => {
    const clients = [
      clientOf(60, '10.0.0.1', boto),
      clientOf(90, '', mac),
      clientOf(120, 'sdb.example', mac),
    ];
    expect(told(started(instance, clients))).toEqual([]);
  });

  it('know the programs that it ran before', () => {
    const scene = started(instance, [clientOf(60, '10.0.0.1', boto), clientOf(90, '10.0.0.1', mac)], {
      clientsBefore: [{ address: '10.0.0.1', userAgent: mac }],
    });
    expect(told(scene, '{ session-moved: { families: true } }')).toEqual([]);
  });

  it('of a role two hops away are those of whoever asked for them', () => {
    const deeper = sessionOf({ origin: instance, depth: 2 });
    const clients = [clientOf(60, '192.0.2.10', mac)];
    expect(told(sceneOf(deeper, { clients }))).toEqual([]);
  });

  it('of which no depth is known are an instance', () => {
    const session = sessionOf({ origin: instance, depth: null, issuance: null });
    const clients = [clientOf(60, '10.0.0.1', boto), clientOf(90, '10.0.0.1', mac)];
    expect(told(sceneOf(session, { clients }))[0]?.severity).toBe('high');
  });
});

describe('the credentials of another workload', () => {
  const lambda = { ...instance, id: 'lambda.amazonaws.com', detail: null };
  const two = (address: string, agent: string) =>
    started(lambda, [clientOf(60, '192.0.2.201', boto), clientOf(90, address, agent)]);

  it('have moved when address and client are unlike together', () => {
    expect(told(two('198.51.100.9', mac))[0]?.severity).toBe('high');
    expect(told(two('198.51.100.9', 'curl/8.5.0'))[0]?.severity).toBe('high');
    expect(told(two('198.51.100.9', 'Boto3/1.40.46 os/macos#24.6.0'))[0]?.severity).toBe('high');
    expect(told(two('198.51.100.9', boto))).toEqual([]);
    expect(told(two('192.0.2.201', mac))).toEqual([]);
    expect(told(two('192.0.2.201', mac), '{ session-moved: { families: true } }')[0]?.severity).toBe(
      'medium',
    );
    expect(told(two('198.51.100.9', boto), '{ session-moved: { families: true } }')).toEqual([]);
  });

  it('have no home in the console', () => {
    const clients = [clientOf(60, '203.0.113.9', boto, { console: true }), clientOf(90, '192.0.2.201', mac)];
    expect(told(started(lambda, clients))).toEqual([]);
  });
});
