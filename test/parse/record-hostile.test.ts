import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestPolicy } from '../../src/parse/policy-document.js';
import { readRecord } from '../../src/parse/record.js';
import {
  assumeRole,
  identity,
  issuance,
  issuanceOf,
  type Json,
  json,
  plainRecord,
  read,
  recordNames,
  recordOf,
} from './records.js';

const blank = issuance({ name: 'AssumeRole' });
const nobody = identity({ type: 'Unknown' });

/** Fields that may hold something else than text or null. */
const times = new Set(['expiresAt', 'durationSeconds', 'createdAt']);
const flags = new Set(['mfa', 'granted', 'fromConsole', 'assumedRoot']);

/** Why a value is not of the record type, or nothing. */
function offences(value: unknown): string[] {
  if (typeof value === 'string') return value.length < 100 ? [] : ['a long reason'];
  const {
    actor,
    call,
    time,
    issuance: issued,
    revocation,
    change,
    exposure,
    targets,
    ...ids
  } = value as ReturnType<typeof read>;
  const found: string[] = [];
  const check = (at: string, ok: boolean) => ok || found.push(at);
  const isText = (v: unknown) => v === null || (typeof v === 'string' && v.length > 0 && v.length <= 1024);
  check('time', Number.isInteger(time));
  check('eventId', typeof ids.eventId === 'string');
  for (const [key, v] of Object.entries({ ...ids, ip: actor.sourceIp, agent: actor.userAgent }))
    check(key, isText(v));
  for (const [key, v] of Object.entries(call))
    check(key, key === 'readOnly' ? v === null || typeof v === 'boolean' : isText(v));
  for (const [part, like] of [
    [actor.identity, nobody],
    [issued, blank],
  ] as const) {
    if (part === null) continue;
    check('keys', Object.keys(part).sort().join() === Object.keys(like).sort().join());
    for (const [key, v] of Object.entries(part))
      check(
        key,
        times.has(key)
          ? v === null || Number.isInteger(v)
          : flags.has(key)
            ? v === null || typeof v === 'boolean'
            : isText(v),
      );
  }
  if (issued !== null && !issued.granted)
    check('key', issued.issuedKey === null && issued.principalId === null);
  if (revocation !== null)
    check('revocation', Number.isInteger(revocation.before) && isText(revocation.roleName));
  if (change !== null)
    for (const [key, v] of Object.entries(change))
      check(
        key,
        key === 'document' ? v === null || (v.startsWith('{') && v.length <= longestPolicy) : isText(v),
      );
  if (exposure !== null) check('exposure', isText(exposure.resource) && exposure.to.every(isText));
  check('targets', targets.length <= 25 && targets.every((arn) => arn.startsWith('arn:') && isText(arn)));
  return found;
}

describe('text inside a record', () => {
  it('that imitates another record changes nothing but its own field', () => {
    const record = recordOf('request-text-imitates-another-record');
    const { sessionContext: _, ...who } = json('request-text-imitates-another-record').userIdentity as Json;
    expect(record.issuance).toBeNull();
    expect(record.call.eventName).toBe('PutParameter');
    expect(record.call.eventSource).toBe('ssm.amazonaws.com');
    expect(record.actor.identity).toMatchObject(who);
    expect(record.actor.userAgent).toBe(json('request-text-imitates-another-record').userAgent);
    const { arn, principalId, ...others } = record.actor.identity;
    expect(arn).toContain('ASIAFAKE00000EXAMPLE');
    expect(principalId).toContain('ASIAFAKE00000EXAMPLE');
    expect(JSON.stringify({ ...record, actor: others })).not.toContain('ASIAFAKE00000EXAMPLE');
  });

  it('is never read as a response', () => {
    const name = 'an-assumption-whose-response-is-a-string';
    expect(issuanceOf(name)).toEqual({ ...blank, requestId: json(name).requestID });
  });

  it('is kept as it is, control characters and all: cleaning is for those who print it', () => {
    const userAgent = '\u0000\u001b]0;owned\u0007=HYPERLINK("x")<script>\u202e';
    expect(read(plainRecord({ userAgent })).actor.userAgent).toBe(userAgent);
  });

  it('in any shape within the request leaves the identity and the call alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (request, response, additional) => {
        const record = read(
          plainRecord({
            requestParameters: request,
            responseElements: response,
            additionalEventData: additional,
          }),
        );
        expect(record).toEqual(read(plainRecord()));
      }),
    );
  });
});

describe('keys that every object has', () => {
  it('do no harm as keys of a record', () => {
    const text = JSON.stringify(json('a-session-assumes-a-role-in-another-account'));
    const evil = '{"eventName":"CreateUser","type":"Root","accessKeyId":"ASIAFAKE00000EXAMPLE"}';
    const poisoned = text.replaceAll(
      '{',
      `{"__proto__":${evil},"constructor":{"prototype":${evil}},"hasOwnProperty":1,`,
    );
    expect(readRecord(JSON.parse(poisoned))).toEqual(readRecord(JSON.parse(text)));
    expect(Object.hasOwn(Object.prototype, 'eventName')).toBe(false);
  });

  it('stand for nothing when a record has them alone', () => {
    const { eventName: _, ...rest } = plainRecord();
    const record = JSON.parse(JSON.stringify(rest).replace('{', '{"__proto__":{"eventName":"CreateUser"},'));
    expect(readRecord(record)).toBe('not a CloudTrail record: no eventName');
  });

  it('are not inherited: a field counts as the own of its object', () => {
    expect(readRecord(Object.create(plainRecord()))).toBe('not a CloudTrail record: not a JSON object');
    const credentials = Object.create({ accessKeyId: 'ASIAFAKE00000EXAMPLE' });
    expect(read(assumeRole(null, { credentials })).issuance?.issuedKey).toBeNull();
  });
});

describe('secrets', () => {
  it.each(recordNames.filter((name) => name !== 'an-insights-event'))('of %s stay behind', (name) => {
    // The policy that IAM was given is meant to be kept.
    const { change: _, ...others } = recordOf(name);
    const kept = JSON.stringify(others);
    for (const secret of [
      'NeverKeepThis',
      'never-keep-this',
      'a-guess',
      'Statement',
      'CERTIFICATE',
      'sessionToken',
    ])
      expect(kept).not.toContain(secret);
  });

  it('are in the fixtures that the test above looks at', () => {
    const all = JSON.stringify(recordNames.map(json));
    for (const secret of [
      'TOKENacmeNeverKeepThis',
      'acmeSecretNeverKeepThis',
      'acme-external-id-never-keep-this',
    ])
      expect(all).toContain(secret);
  });

  it('are never kept, whichever call returns them and however they look', () => {
    const names = recordNames.filter((name) => JSON.stringify(json(name)).includes('sessionToken'));
    const secret = fc.string({ minLength: 12, unit: 'grapheme' }).map((text) => `~${text}~`);
    fc.assert(
      fc.property(fc.constantFrom(...names), secret, secret, (name, token, externalId) => {
        const record = json(name);
        const credentials = {
          accessKeyId: 'ASIA1',
          sessionToken: token,
          secretAccessKey: token,
          expiration: token,
        };
        const request = {
          ...(record.requestParameters as object),
          externalId,
          policy: externalId,
          tokenCode: token,
        };
        const response = {
          ...(record.responseElements as object),
          credentials,
          credentialSet: [{ credentials }],
        };
        const kept = read({ ...record, requestParameters: request, responseElements: response });
        const texts = JSON.stringify(kept);
        expect(texts).not.toContain(JSON.stringify(token).slice(1, -1));
        expect(texts).not.toContain(JSON.stringify(externalId).slice(1, -1));
      }),
    );
  });
});

describe('anything at all', () => {
  it('is a record or a short reason, never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
        expect(offences(readRecord(value))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('in the place of any field makes a sound record or a short reason', () => {
    const places = recordNames.flatMap((name) => pathsOf(json(name)).map((path) => ({ name, path })));
    expect(places.length).toBeGreaterThan(1000);
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        '',
        'HIDDEN_DUE_TO_SECURITY_REASONS',
        '{}',
        'x'.repeat(3000),
        [[]],
        [null],
        1e300,
        -0,
        'Failure',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, ({ name, path }, value) => {
        const record = json(name);
        put(record, path, value);
        expect(offences(readRecord(record))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('joined from several texts is no longer than one text', () => {
    const record = json('eks-assumes-the-role-of-a-pod-with-six-tags');
    put(record, ['requestParameters', 'tags', '2', 'value'], 'x'.repeat(3000));
    expect(read(record).issuance?.detail).toHaveLength(1024);
  });

  it('nested a hundred thousand deep is read', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const { eventID: _, ...record } = plainRecord({ requestParameters: deep, responseElements: { deep } });
    expect(read(record).eventId).toMatch(/^content:[0-9a-f]{32}$/);
  });

  it('of lists with many entries is read, the first hundred of them', () => {
    const resources = Array.from({ length: 50_000 }, (_, i) => ({
      type: i === 49_999 ? 'AWS::IAM::Role' : 'x',
      ARN: 'arn:aws:iam::222222222222:role/late',
    }));
    expect(read(assumeRole(null, null, { resources })).issuance?.roleArn).toBeNull();
  });
});

/** All places in a JSON value: keys from the outside in. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function put(record: Json, path: string[], value: unknown): void {
  let at = record;
  for (const key of path.slice(0, -1)) at = at[key] as Json;
  at[path.at(-1)!] = value;
}
