import { ingest } from '../../app/ingest.js';
import { exit, RolecallError } from '../../errors.js';
import type { IngestSummary } from '../../model/answers.js';
import { renderIngest } from '../../report/index.js';
import { accountIds, preparePolicy, windowAsked } from '../answering.js';
import { refuseAthenaOptions } from '../athena-options.js';
import { s3Options, settleOption } from '../aws-options.js';
import type { Context } from '../context.js';
import { interrupted } from '../interrupt.js';
import type { OptionValues } from '../option-values.js';
import type { Act } from '../row.js';
import { watched } from '../watched.js';

type Question = Parameters<typeof ingest>[0];

/** `rolecall ingest`: exit 3 when something could not be read, 130 when it was stopped. */
export const act: Act = async (sources, options, context) => {
  if (sources.some((source) => /^athena:/i.test(source)))
    return (await import('../ingest-athena.js')).act(sources, options, context);
  refuseAthenaOptions(options, 'no source is a table in Athena');
  const { policy, report } = preparePolicy(context);
  const question: Question = {
    db: context.db,
    sources: [...sources],
    ...(sources.includes('-') ? { stdin: context.stdin } : {}),
    ...window(options, context),
    ...narrowed(options, accountIds(options.list('accounts'), policy)),
    s3: s3Options(options, context),
    settle: settleOption(options),
    ...digests(options),
    now: context.now,
  };
  const summary = await watched(context, (more) => ingest({ ...question, ...more }), {
    piped: question.stdin !== undefined,
    kept: () => 'every file that was read to its end',
  });
  if (summary === null) return { text: '', exit: interrupted };
  return { text: renderIngest(summary, report), exit: completeness(summary) };
};

function window(options: OptionValues, context: Context): { from?: number; to?: number } {
  const asked = windowAsked(options, context);
  if (asked === null) return {};
  const { from, to } = asked.window;
  context.note(`only records from ${asked.text}`);
  // Without --to there is no end: logs may be newer than this clock.
  return options.text('to') === null ? { from } : { from, to };
}

function narrowed(options: OptionValues, accounts: string[] | null): Partial<Question> {
  const regions = options.list('regions');
  const threads = options.count('threads');
  if (threads === 0) throw new RolecallError('USAGE', '--threads is 0, and somebody has to read');
  return {
    ...(accounts === null ? {} : { accounts }),
    ...(regions === null ? {} : { regions }),
    ...(threads === null ? {} : { threads }),
  };
}

function digests(options: OptionValues): Partial<Question> {
  const keys = options.list('digest-keys');
  return options.given('digests') || keys !== null ? { digests: { keys } } : {};
}

function completeness(summary: IngestSummary): number {
  const wrong = summary.problems.length + summary.objects.failed + (summary.digests?.problems.length ?? 0);
  return wrong > 0 ? exit.incomplete : exit.ok;
}
