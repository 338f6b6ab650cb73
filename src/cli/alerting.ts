import { readFileSync } from 'node:fs';
import { type Channel, channelTo, readSecret, readTarget } from '../app/alerts.js';
import { RolecallError } from '../errors.js';
import type { Severity } from '../model/finding.js';
import type { ReportContext } from '../report/index.js';
import type { Context } from './context.js';
import type { OptionValues } from './option-values.js';
import { version } from './version.js';

const secretVariable = 'ROLECALL_WEBHOOK_SECRET';

/** Where alerts go, and from which severity on. */
export interface Alerting {
  channels: Channel[];
  least: Severity;
  /** Alerts have stdout: the answer stays off it. */
  onStdout: boolean;
}

/**
 * The targets as given, each once; null for none.
 * @param writeWithin milliseconds for a line on stdout to be taken
 * @throws RolecallError ALERT_TARGET, ALERT_SECRET
 */
export function understandAlerts(
  texts: readonly string[] | null,
  options: OptionValues,
  { env }: Pick<Context, 'env'>,
  report: ReportContext,
  writeWithin?: number,
): Alerting | null {
  if (texts === null) return null;
  const rules = { allowHttp: options.given('allow-http'), variable: (name: string) => env[name] };
  const all = texts.map((text) => readTarget(text, rules));
  const targets = [...new Map(all.map((target) => [target.hash.toString('hex'), target])).values()];
  const signing = targets.some(({ kind }) => kind === 'webhook');
  const secret = signing ? secretOf(options.text('webhook-secret-file'), env[secretVariable]) : null;
  const patience = writeWithin === undefined ? {} : { writeWithin };
  const settings = { report, version: version(), secret, write: writeLine, ...patience };
  return {
    channels: targets.map((target) => channelTo(target, settings)),
    least: (options.text('alert-min') ?? 'info') as Severity,
    onStdout: targets.some(({ kind }) => kind === 'stdout'),
  };
}

function secretOf(file: string | null, variable: string | undefined): Buffer | null {
  if (file === null) return variable ? readSecret(variable, secretVariable) : null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new RolecallError('ALERT_SECRET', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return readSecret(text, file);
}

/** Fulfilled when the line has left: alerts wait for a slow reader instead of piling up. */
function writeLine(line: string): Promise<void> {
  return new Promise((taken, failed) => {
    process.stdout.write(line, (error) => (error ? failed(error) : taken()));
  });
}
