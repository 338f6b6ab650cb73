import type { AthenaOptions } from '../app/ingest-athena.js';
import { RolecallError } from '../errors.js';
import { windowAsked } from './answering.js';
import { s3Options } from './aws-options.js';
import type { Context } from './context.js';
import type { OptionValues } from './option-values.js';

/** How to reach Athena, from the command line and the environment. What is in neither is found the AWS way. */
export function athenaOptions(options: OptionValues, context: Pick<Context, 'env'>): AthenaOptions {
  const given = (name: string) => options.text(name) ?? undefined;
  const [workgroup, output, catalog] = [given('workgroup'), given('output'), given('athena-catalog')];
  const { requesterPays: _, ...aws } = s3Options(options, context);
  if (output !== undefined && !/^s3:\/\/[^/\s]+/.test(output))
    throw new RolecallError(
      'USAGE',
      `--output ${output} is no place in S3: it is written s3://bucket/prefix`,
    );
  return {
    ...aws,
    ...(workgroup === undefined ? {} : { workgroup }),
    ...(output === undefined ? {} : { output }),
    ...(catalog === undefined ? {} : { catalog }),
    ...(options.given('keep-results') ? { keepResults: true } : {}),
  };
}

const texts = ['workgroup', 'output', 'athena-catalog', 'max-scan', 'max-cost'] as const;
const switches = ['dry-run', 'keep-results', 'full-scan'] as const;

/**
 * An option that would say nothing is a mistake: a dry run that is none costs, and a limit that is none does not hold.
 * @param without why nothing is asked of Athena, as a clause
 * @throws RolecallError USAGE
 */
export function refuseAthenaOptions(options: OptionValues, without: string): void {
  const given = [
    ...texts.filter((name) => options.text(name) !== null),
    ...switches.filter((name) => options.given(name)),
  ];
  if (given.length > 0) throw new RolecallError('USAGE', `--${given[0]} is for athena://, and ${without}`);
}

/**
 * The window asked for: without one, all that the table has would be read and paid for.
 * @param named options that name one, in words
 * @throws RolecallError USAGE
 */
export function windowPaidFor(
  options: OptionValues,
  context: Pick<Context, 'now' | 'tz'>,
  named: string,
): NonNullable<ReturnType<typeof windowAsked>> {
  const asked = windowAsked(options, context);
  if (asked === null)
    throw new RolecallError(
      'USAGE',
      `Athena is paid by what it reads, so a window has to be named: ${named}`,
    );
  return asked;
}

/**
 * What all queries together may scan and cost.
 * @throws RolecallError USAGE
 */
export function scanLimits(options: OptionValues): { bytes?: number; dollars?: number } {
  const [scan, cost] = [options.text('max-scan'), options.text('max-cost')];
  return {
    ...(scan === null ? {} : { bytes: readBytes(scan) }),
    ...(cost === null ? {} : { dollars: readDollars(cost) }),
  };
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** `50GB`, `1.5 TB`, `800000000`: powers of 1,000, as Athena's bill has them. */
function readBytes(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([KMGTP]?)B?$/i.exec(text.trim());
  const bytes = found === null ? 0 : Math.floor(Number(found[1]) * units[found[2]!.toUpperCase()]!);
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw new RolecallError('USAGE', `--max-scan ${text} is no amount of data such as 50GB or 1.5TB`);
  return bytes;
}

function readDollars(text: string): number {
  const dollars = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (!(dollars > 0 && Number.isFinite(dollars)))
    throw new RolecallError('USAGE', `--max-cost ${text} is no amount of US dollars such as 1 or 0.25`);
  return dollars;
}
