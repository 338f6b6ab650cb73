import { describe, expect, it } from 'vitest';
import { readSecret, readTarget } from '../../src/alerts/index.js';
import { RolecallError } from '../../src/errors.js';

const path = 'services/T00000000/B00000000/acmeSecretPath';
const env: Record<string, string> = { SLACK_URL: `https://hooks.slack.com/${path}`, EMPTY: ' ' };
const rules = { allowHttp: false, variable: (name: string) => env[name] };

function refusal(text: string): RolecallError {
  try {
    readTarget(text, rules);
  } catch (error) {
    if (error instanceof RolecallError) return error;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('a target', () => {
  it('is called by its kind and host alone', () => {
    const target = readTarget(`slack:https://hooks.slack.com/${path}`, rules);
    expect(target.label).toMatch(/^slack https:\/\/hooks\.slack\.com\/\.\.\. \([0-9a-f]{8}\)$/);
    expect(readTarget('stdout', rules).label).toBe('stdout');
    const port = readTarget('webhook:https://alerts.acme.example:8443/hook?token=acmeSecret', rules);
    expect(port.label).toMatch(/^webhook https:\/\/alerts\.acme\.example:8443\/\.\.\. \([0-9a-f]{8}\)$/);
  });

  it('is the same however its address is written, and another for another path or kind', () => {
    const hash = (text: string) => readTarget(text, rules).hash.toString('hex');
    expect(hash('webhook:https://alerts.acme.example/a')).toBe(
      hash('webhook:HTTPS://ALERTS.acme.example:443/a#x'),
    );
    expect(hash('webhook:https://alerts.acme.example/a')).not.toBe(
      hash('webhook:https://alerts.acme.example/b'),
    );
    expect(hash('webhook:https://alerts.acme.example/a')).not.toBe(
      hash('slack:https://alerts.acme.example/a'),
    );
  });

  it('is taken from the environment by name', () => {
    expect(readTarget('slack:env:SLACK_URL', rules)).toEqual(readTarget(`slack:${env.SLACK_URL}`, rules));
    expect(refusal('slack:env:EMPTY').message).toBe('the address in EMPTY is empty');
    expect(refusal('slack:env:NONE').message).toBe('the address in NONE is empty');
  });

  it.each(['localhost', 'hooks.localhost', '127.0.0.1:8080', '127.1.2.3', '[::1]:8080'])(
    'on this machine needs no TLS: %s',
    (host) => {
      expect(readTarget(`webhook:http://${host}/hook`, rules).url?.protocol).toBe('http:');
    },
  );

  it.each(['alerts.acme.example', '192.0.2.10', 'localhost.acme.example', '127.0.0.1.acme.example', '[::2]'])(
    'elsewhere needs TLS, or permission to go without: %s',
    (host) => {
      expect(refusal(`webhook:http://${host}/hook`).message).toContain('--allow-http permits it');
      expect(readTarget(`webhook:http://${host}/hook`, { ...rules, allowHttp: true }).url?.protocol).toBe(
        'http:',
      );
    },
  );

  it.each([
    `https://hooks.slack.com/${path}`,
    `slak:https://hooks.slack.com/${path}`,
    `slack:hooks.slack.com/${path}`,
    `slack:ftp://hooks.slack.com/${path}`,
    `slack:https://user:acmeSecretPath@hooks.slack.com/`,
    `slack:http://hooks.slack.com/${path}`,
    path,
    'stdout:acmeSecretPath',
    'acmeSecretPathThatIsLong',
    'slack:',
    '',
  ])('that is not understood is refused without its address being repeated: %s', (text) => {
    const error = refusal(text);
    expect(error.code).toBe('ALERT_TARGET');
    expect(error.message + error.remedy).not.toMatch(/acmeSecretPath(?!That)|T00000000/);
  });
});

describe('a secret', () => {
  it('is taken without the line end of its file, and as it is otherwise', () => {
    expect(readSecret('sixteen bytes ok \n', 'secret').toString()).toBe('sixteen bytes ok ');
    expect(readSecret('sixteen bytes ok \r\n', 'secret').toString()).toBe('sixteen bytes ok ');
  });

  it('that can be guessed is refused without being repeated', () => {
    expect(() => readSecret('fifteen bytes..', 'ROLECALL_WEBHOOK_SECRET')).toThrow(
      'the secret in ROLECALL_WEBHOOK_SECRET is shorter than 16 bytes',
    );
    expect(() => readSecret('\n', 'secret')).toThrow('is shorter than 16 bytes');
  });
});
