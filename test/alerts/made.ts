import { createHash } from 'node:crypto';
import { type Channel, type ChannelSettings, channelTo, readTarget } from '../../src/alerts/index.js';
import type { Finding } from '../../src/model/finding.js';

/** A finding of the shop called acme; another number is another incident, a second later. */
export function finding(number: number, changes: Partial<Finding> = {}): Finding {
  const time = Date.UTC(2026, 10, 17, 9) / 1000 + number;
  return {
    id: `finding${number}`,
    detector: 'sensitive-call',
    severity: 'high',
    title: `gh-${number} called iam:CreateUser`,
    detail: ['3 minutes after the role was assumed'],
    session: 'k7m2qpk7m2qpk7m2',
    sessions: 1,
    origin: {
      kind: 'web-identity',
      id: 'repo:acme/shop:ref:refs/heads/main',
      accountId: '111111111111',
      detail: null,
    },
    accountId: '222222222222',
    roleArn: 'arn:aws:iam::222222222222:role/deployment-role-prod',
    depth: 2,
    time,
    last: time,
    evidence: ['6f1d2c0e-6a53-4c0e-9a57-0d6e35a1b2c3'],
    fingerprint: `sha256:${createHash('sha256').update(String(number)).digest('hex')}`,
    kept: null,
    ...changes,
  };
}

export const secret = Buffer.from('a secret of the shop called acme');

/** A channel as the command line makes it. */
export function channel(target: string, changes: Partial<ChannelSettings> = {}): Channel {
  const settings: ChannelSettings = {
    report: { account: (id) => (id === '222222222222' ? 'prod' : id), tz: 'UTC' },
    version: '1.2.3',
    secret,
    write: () => Promise.reject(new Error('nothing was to be written')),
    timeout: 2_000,
    ...changes,
  };
  return channelTo(readTarget(target, { allowHttp: false, variable: () => undefined }), settings);
}
