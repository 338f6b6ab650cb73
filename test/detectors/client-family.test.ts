import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyOf, familyText, isConsoleAgent, isServiceAgent } from '../../src/detectors/client-family.js';

/** As AWS's tools write them. */
const agents: [text: string, program: string | null, system: string | null][] = [
  [
    'aws-cli/2.31.4 md/awscrt#0.28.2 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.7',
    'aws-cli',
    'linux',
  ],
  ['[aws-cli/1.16.9 Python/3.7.0 Darwin/17.7.0 botocore/1.11.9]', 'aws-cli', 'macos'],
  ['aws-cli/2.13.0 Python/3.11.4 Windows/10 exe/AMD64 prompt/off', 'aws-cli', 'windows'],
  ['aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-kali9-amd64 source/x86_64.kali.2023', 'aws-cli', 'kali'],
  ['Boto3/1.40.46 md/Botocore#1.40.46 ua/2.1 os/macos#24.6.0 lang/python#3.13.7', 'boto3', 'macos'],
  ['Botocore/1.29.1 Python/3.9 Linux/5.10', 'boto3', 'linux'],
  ['aws-sdk-go/1.41.4 (go1.18.3; linux; amd64) amazon-ssm-agent/', 'aws-sdk-go', 'linux'],
  ['aws-sdk-go-v2/1.39.2 os/windows lang/go#1.25.1', 'aws-sdk-go', 'windows'],
  ['aws-sdk-js/3.901.0 ua/2.1 os/win32#10.0 lang/js md/nodejs#22.20.0', 'aws-sdk-js', 'windows'],
  ['aws-sdk-nodejs/2.1400.0 linux/v18.16.0 promise', 'aws-sdk-js', 'linux'],
  ['aws-sdk-java/2.20.1 Linux/5.4.247 OpenJDK_64-Bit', 'aws-sdk-java', 'linux'],
  ['aws-sdk-java/1.12.1 Windows_Server_2019/10.0 OpenJDK', 'aws-sdk-java', 'windows'],
  ['aws-sdk-ruby3/3.171.0 ruby/3.2.0 x86_64-linux', 'aws-sdk-ruby', 'linux'],
  [
    'APN/1.0 HashiCorp/1.0 Terraform/1.13.3 terraform-provider-aws/6.14.0 aws-sdk-go-v2/1.39.2 os/linux',
    'terraform',
    'linux',
  ],
  ['APN/1.1 (Pulumi/3.1; linux) aws-sdk-go-v2/1.39.2', 'pulumi', 'linux'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', 'browser', 'linux'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 'browser', 'macos'],
  ['python-requests/2.31.0', 'python-requests', null],
  ['curl/8.5.0', 'curl', null],
  ['Parrot OS client', null, 'parrot'],
  ['', null, null],
  ['ec2.amazonaws.com', null, null],
  ['AWS Internal', null, null],
  ['cloudformation.amazonaws.com/1.0', null, null],
];

describe('a user agent', () => {
  it.each(agents)('tells the program and the system: %s', (text, program, system) => {
    expect(familyOf(text)).toEqual({ program, system });
  });

  it('says nothing that it does not tell, whatever somebody writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        expect(familyText(familyOf(text))).toMatch(/^[a-z0-9._ -]{0,60}$/);
      }),
    );
    expect(familyOf(`x${'a'.repeat(5000)} os/linux`)).toEqual({ program: null, system: null });
  });

  it('is put into words', () => {
    expect(familyText({ program: 'boto3', system: 'linux' })).toBe('boto3 on linux');
    expect(familyText({ program: 'boto3', system: null })).toBe('boto3');
    expect(familyText({ program: null, system: 'kali' })).toBe('kali');
    expect(familyText({ program: null, system: null })).toBe('');
  });

  it('of a service is one that speaks for itself', () => {
    expect(['ec2.amazonaws.com', 'AWS Internal', 'rds.amazonaws.com.cn'].every(isServiceAgent)).toBe(true);
    expect(isServiceAgent('aws-cli/2.31.4 cloudformation.amazonaws.com')).toBe(false);
  });

  it.each([
    'Mozilla/5.0 (X11; Linux x86_64)',
    '[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.10.184]',
    'RDS Console, aws-internal/3 aws-sdk-java/1.11.975',
    'AWSConsole/1.0',
    'AWS-Console/1.0',
    'console.amazonaws.com',
    'signin.amazonaws.com',
    'aws-cli/2.31.4 exec-env/CloudShell os/linux',
  ])('of the console is known: %s', (text) => {
    expect(isConsoleAgent(text)).toBe(true);
    expect(isConsoleAgent(`curl/8.5.0 for ${text.replace(/aws-internal|exec-env/g, 'none')}`)).toBe(false);
  });
});
