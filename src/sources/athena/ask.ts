import type { AthenaClient } from '@aws-sdk/client-athena';
import pRetry from 'p-retry';
import { type AthenaOptions, athenaClient } from './connect.js';
import { type Asked, explained, isPassing, isThrottled } from './explain.js';
import type { AthenaPlace } from './place.js';

const passingAttempts = 4;

/** What every request about a table has in common. */
export interface About {
  place: AthenaPlace;
  options: AthenaOptions;
  /** Where results go, once it is known. */
  output?: string | null | undefined;
}

/** Athena's name for the account's own Glue catalog. */
const ownCatalog = 'AwsDataCatalog';

export function catalogOf({ place, options }: About): string {
  return place.catalog ?? options.catalog ?? ownCatalog;
}

export function workgroupOf({ options }: About): string {
  return options.workgroup ?? 'primary';
}

/** Without the `/` at its end. */
export function placeOfResults(uri: string): string {
  return uri.replace(/\/+$/, '');
}

export function askedOf(action: Asked['action'], about: About): Asked {
  const { place, options, output } = about;
  const { database, table } = place;
  const named = catalogOf(about);
  return {
    action,
    table: `${named.toLowerCase() === ownCatalog.toLowerCase() ? '' : `${named}.`}${database}.${table}`,
    catalogResources: [`catalog`, `database/${database}`, `table/${database}/${table}`].map(
      (name) => `arn:aws:glue:*:*:${name}`,
    ),
    workgroup: workgroupOf(about),
    output: output ?? options.output ?? null,
    profile: options.profile,
  };
}

/**
 * Asks Athena, and again when it has too much to do: the SDK does so a few times, and a queue of queries may be longer.
 * A connection that breaks is given some seconds, too; one that cannot be had is told of soon.
 * @throws RolecallError `AWS_*`, `ATHENA_*`
 * @throws the signal's reason when it stops
 */
export async function ask<T>(
  action: Asked['action'],
  about: About,
  send: (client: AthenaClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await pRetry(() => send(athenaClient(about.options)), {
      retries: (about.options.attempts ?? 10) - 1,
      minTimeout: 500,
      maxTimeout: 30_000,
      randomize: true,
      shouldRetry: ({ error, attemptNumber }) =>
        isThrottled(error) || (isPassing(error) && attemptNumber < passingAttempts),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw explained(error, askedOf(action, about));
  }
}
