import pc from 'picocolors';

/** The demo's answers, rendered. */
export interface DemoAnswers {
  ingest: string;
  who: string;
  /** The session followed; null when nobody held the role. */
  chain: { id: string; text: string } | null;
  /** What one detector found that day. */
  findings: string;
}

export interface DemoPlace {
  /** Paths as to be typed. */
  db: string;
  logs: string;
  policy: string;
  /** What `last tuesday` is counted from. */
  now: string;
  /** How to start this program. */
  program: string;
  tz: string;
  unicode: boolean;
  color: boolean;
}

/** The detector whose findings the demo shows. */
export const shownDetector = 'sensitive-call';

/** The demo as one text: each answer under the command line that gives it again. */
export function demoText(answers: DemoAnswers, place: DemoPlace): string {
  const { bold, dim } = pc.createColors(place.color);
  const heading = (text: string) => bold(`${place.unicode ? '──' : '--'} ${text}`);
  const command = (...words: string[]) => dim(`$ ${[place.program, ...words.map(quoted)].join(' ')}`);
  const tz = place.tz === 'UTC' ? [] : ['--tz', place.tz];
  const common = ['--policy', place.policy, ...tz];
  const parts = [
    'A made week of CloudTrail, 16 to 22 November 2026, of a shop called acme that does not exist.',
    `Its clock stands at ${place.now}: that is what "last tuesday" is counted from.`,
    dim(`$ export ROLECALL_DB=${quoted(place.db)} ROLECALL_NOW=${place.now}`),
    '',
    heading('Read the logs'),
    command('ingest', place.logs, ...common),
    '',
    answers.ingest,
    heading('Who had prod admin last Tuesday?'),
    command('who', '--account', 'prod', '--role', 'admin', '--on', 'last tuesday', ...common),
    '',
    answers.who,
  ];
  if (answers.chain !== null) {
    const id = answers.chain.id.slice(0, 8);
    parts.push(
      heading('The longest chain among them: how it came about, and what they did next'),
      command('chain', id, ...common),
      '',
      answers.chain.text,
    );
  }
  parts.push(
    heading('Which calls of that day should worry someone?'),
    command('detect', '--on', 'last tuesday', '--only', shownDetector, ...common),
    '',
    answers.findings,
    heading('Try next'),
    `The store is ${place.db}; delete it when you are done. What acme promises is in ${place.policy}.`,
    '',
    command('verify', ...common),
    command('detect', ...common),
    command('sessions', '--unobserved', ...common),
    command('coverage', '--on', '2026-11-17', ...common),
    dim('# your own logs, into ./rolecall.db'),
    dim('$ unset ROLECALL_DB ROLECALL_NOW'),
    command('ingest', './AWSLogs'),
  );
  return `${parts.join('\n')}\n`;
}

/** A word as a POSIX shell reads it back. */
function quoted(word: string): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}
