import { GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { RolecallError } from '../../errors.js';
import { isS3Uri } from '../s3/place.js';
import { type About, ask, placeOfResults, workgroupOf } from './ask.js';

/** How results of a query come here. */
export type ResultsWay =
  /** Written as JSON lines into a place of their own, many objects at a time. Ends with `/`. */
  | { way: 'unload'; folder: string; note: string | null }
  /** One CSV file where the workgroup wants it. */
  | { way: 'csv'; output: string; note: string | null }
  /** Page by page from Athena, which keeps them itself. */
  | { way: 'pages'; note: string | null };

/**
 * Asks the workgroup how results have to come. Needs `athena:GetWorkGroup`.
 * https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 * @param token for a place that no other query has
 * @throws RolecallError ATHENA_WORKGROUP when it is disabled or not there, ATHENA_OUTPUT when there is no place for
 *   results; `AWS_*`
 */
export async function resultsWay(about: About, token: string, signal?: AbortSignal): Promise<ResultsWay> {
  const workgroup = workgroupOf(about);
  const { WorkGroup: told } = await ask(
    'athena:GetWorkGroup',
    about,
    (client) => client.send(new GetWorkGroupCommand({ WorkGroup: workgroup })),
    signal,
  );
  if (told?.State === 'DISABLED')
    throw new RolecallError('ATHENA_WORKGROUP', `the workgroup ${workgroup} is disabled`);
  const { ResultConfiguration, EnforceWorkGroupConfiguration, ManagedQueryResultsConfiguration } =
    told?.Configuration ?? {};
  const { output } = about.options;
  const unused = (why: string) => (output === undefined ? null : `--output is not used: ${why}`);
  if (ManagedQueryResultsConfiguration?.Enabled)
    return { way: 'pages', note: unused(`the workgroup ${workgroup} keeps its results itself`) };
  const own = ResultConfiguration?.OutputLocation;
  if (EnforceWorkGroupConfiguration && own)
    return {
      way: 'csv',
      output: own,
      note: unused(`the workgroup ${workgroup} has results written to ${own}`),
    };
  const place = output ?? own;
  if (!place)
    throw new RolecallError(
      'ATHENA_OUTPUT',
      `there is no place for results: the workgroup ${workgroup} has none, and --output is not given`,
    );
  if (!isPlace(place))
    throw new RolecallError('ATHENA_OUTPUT', `${JSON.stringify(place)} is no place for results`);
  return { way: 'unload', folder: `${placeOfResults(place)}/rolecall/${token}/`, note: null };
}

/** It stands in the query, and what is written there has to be found again. */
function isPlace(uri: string): boolean {
  if (!isS3Uri(uri) || /['"\s]/.test(uri)) return false;
  return !uri
    .replace(/^s3:\/\/|\/+$/g, '')
    .split('/')
    .some((part) => /^\.{0,2}$/.test(part));
}
