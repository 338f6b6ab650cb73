import { whoFromAthena } from '../app/who-athena.js';
import { exit, RolecallError } from '../errors.js';
import { bytesText, dollarsText, renderWho } from '../report/index.js';
import { preparePolicy } from './answering.js';
import { athenaOptions, scanLimits, windowPaidFor } from './athena-options.js';
import { interrupted, onInterrupt } from './interrupt.js';
import type { Act } from './row.js';

/** `rolecall who --source athena://…`: the same answer without a store. */
export const act: Act = async (_args, options, context) => {
  const source = options.text('source')!;
  if (!/^athena:/i.test(source))
    throw new RolecallError(
      'USAGE',
      `--source ${source} is no table in Athena: ingest it first, and leave --source out`,
    );
  const asked = windowPaidFor(options, context, '--on, --from, --last');
  const { policy, report } = preparePolicy(context);
  const { signal, done } = onInterrupt(() => context.note('stopping the query in Athena'));
  try {
    const { answer, engine } = await whoFromAthena({
      source,
      account: options.text('account'),
      role: options.text('role'),
      window: asked.window,
      when: asked.text,
      policy,
      athena: athenaOptions(options, context),
      fullScan: options.given('full-scan'),
      most: scanLimits(options),
      now: context.now,
      signal,
      onNote: (note) => context.note(note),
    });
    for (const each of engine.missing) context.note(`this table cannot show: ${each}`);
    context.note(`Athena scanned ${bytesText(engine.scannedBytes)} for this: ${dollarsText(engine.dollars)}`);
    return { text: renderWho(answer, report), exit: exit.ok };
  } catch (error) {
    if (!signal.aborted || error instanceof RolecallError) throw error;
    return { text: '', exit: interrupted };
  } finally {
    done();
  }
};
