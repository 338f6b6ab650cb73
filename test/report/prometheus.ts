const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const sample = new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{${label}(?:,${label})*\\})? (\\S+)$`);
const value = /^(?:NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/**
 * Reads Prometheus' text format, strictly, and gives each sample by its name and labels.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 * @throws Error at the first line that breaks a rule
 */
export function samplesIn(text: string): Map<string, number> {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const samples = new Map<string, number>();
  const seen = new Set<string>();
  const types = new Map<string, string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, what, of, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (what === 'HELP' && name.test(of!)) {
      if (seen.has(of!)) throw new Error(`${of} comes twice: all its lines must be together`);
      seen.add(of!);
      current = of!;
    } else if (what === 'TYPE') {
      if (of !== current || types.has(of)) throw new Error(`TYPE out of place: ${line}`);
      if (rest !== 'counter' && rest !== 'gauge') throw new Error(`no such type: ${line}`);
      if ((rest === 'counter') !== of.endsWith('_total'))
        throw new Error(`counters end with _total: ${line}`);
      types.set(of, rest);
    } else takeSample(line, current, types, samples);
  }
  return samples;
}

function takeSample(
  line: string,
  current: string,
  types: ReadonlyMap<string, string>,
  samples: Map<string, number>,
): void {
  const [, of, labels = '', number] = sample.exec(line) ?? [];
  if (of === undefined || number === undefined || !value.test(number)) throw new Error(`no sample: ${line}`);
  if (of !== current || !types.has(of)) throw new Error(`a sample outside its family: ${line}`);
  if (samples.has(of + labels)) throw new Error(`a sample twice: ${line}`);
  samples.set(of + labels, Number(number));
}
