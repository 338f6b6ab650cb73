import { athenaPlan } from '../app/athena-plan.js';
import { type AthenaQuestion, ingestAthena } from '../app/ingest-athena.js';
import { exit, RolecallError } from '../errors.js';
import { renderAthenaPlan, renderIngest } from '../report/index.js';
import { accountIds, type Policy, preparePolicy } from './answering.js';
import { athenaOptions, scanLimits, windowPaidFor } from './athena-options.js';
import { settleOption } from './aws-options.js';
import type { Context } from './context.js';
import { interrupted } from './interrupt.js';
import type { OptionValues } from './option-values.js';
import type { Act } from './row.js';
import { watched } from './watched.js';

/** `rolecall ingest athena://…`: exit 3 when a row was no record, 130 when it was stopped. */
export const act: Act = async (sources, options, context) => {
  const { policy, report } = preparePolicy(context);
  const question = questionOf(sources, options, context, policy);
  if (options.given('dry-run'))
    return { text: renderAthenaPlan(await athenaPlan(question), report), exit: exit.ok };
  let left = 0;
  const onLeft = () => left++;
  const summary = await watched(context, (how) => ingestAthena({ ...question, ...how, onLeft }), {
    piped: false,
    kept: () =>
      `${left === 0 ? 'no query goes on' : `${left} of the queries could not be stopped and go on`} in Athena; every day that was answered to its end`,
  });
  if (summary === null) return { text: '', exit: interrupted };
  return {
    text: renderIngest(summary, report),
    exit: summary.problems.length > 0 ? exit.incomplete : exit.ok,
  };
};

/** An option that would say nothing is a mistake: nobody would have checked the digests. */
function refuseFileOptions(options: OptionValues): void {
  const refused = (name: string, why: string) => new RolecallError('USAGE', `--${name} is ${why}`);
  if (options.given('digests')) throw refused('digests', 'for files and s3://, where digests lie');
  if ((options.list('digest-keys') ?? []).length > 0)
    throw refused('digest-keys', 'for files and s3://, where digests lie');
  if (options.count('threads') !== null)
    throw refused('threads', 'for files and s3://: Athena does the reading');
  if (options.given('requester-pays'))
    throw refused('requester-pays', 'for s3://: in Athena it is a setting of the workgroup');
}

function questionOf(
  sources: readonly string[],
  options: OptionValues,
  context: Context,
  policy: Policy | null,
): AthenaQuestion {
  const [source, ...others] = sources;
  if (others.length > 0)
    throw new RolecallError(
      'USAGE',
      'a table in Athena is ingested by itself: name no other source beside it',
    );
  refuseFileOptions(options);
  const asked = windowPaidFor(options, context, '--from and --to, or --last 24h');
  const [accounts, regions] = [accountIds(options.list('accounts'), policy), options.list('regions')];
  context.note(`only records from ${asked.text}`);
  return {
    db: context.db,
    source: source!,
    from: asked.window.from,
    to: asked.window.to,
    ...(accounts === null ? {} : { accounts }),
    ...(regions === null ? {} : { regions }),
    settle: settleOption(options),
    fullScan: options.given('full-scan'),
    most: scanLimits(options),
    athena: athenaOptions(options, context),
    now: context.now,
    onNote: (note) => context.note(note),
  };
}
