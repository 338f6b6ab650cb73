import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';

/** Who asks AWS. What is left out is found the AWS way: environment, profile, SSO, container, instance. */
export interface AwsIdentity {
  /** Of the AWS configuration files. */
  profile?: string;
  /** ARN of a role to read with, assumed with the credentials found. */
  roleArn?: string;
}

/** The SDK warns of credentials in the environment beside a profile that was named; the profile is what counts. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Credentials found the AWS way, or those of the role to read with. */
export function credentialsOf({ profile, roleArn }: AwsIdentity, region: string | undefined) {
  const named = profile === undefined ? {} : { profile };
  // The SDK would keep the files as they were first read.
  const chain = fromNodeProviderChain({ logger: silent, ignoreCache: true, ...named });
  if (roleArn === undefined) return chain;
  return fromTemporaryCredentials({
    masterCredentials: chain,
    params: { RoleArn: roleArn, RoleSessionName: 'rolecall', DurationSeconds: 3600 },
    clientConfig: { ...(region === undefined ? {} : { region }) },
  });
}
