import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chain } from '../../app/chain.js';
import { detect } from '../../app/detect.js';
import { ingest } from '../../app/ingest.js';
import { openStore } from '../../app/open.js';
import { understandWindow } from '../../app/when.js';
import { who } from '../../app/who.js';
import { exit, RolecallError } from '../../errors.js';
import type { Who } from '../../model/answers.js';
import type { Session } from '../../model/session.js';
import { renderChain, renderFindings, renderIngest, renderWho } from '../../report/index.js';
import { preparePolicy } from '../answering.js';
import { readClock } from '../clock.js';
import type { Context } from '../context.js';
import { demoText, shownDetector } from '../demo-text.js';
import type { Act } from '../row.js';

/** The Monday after the made week. */
const now = '2026-11-23T08:00:00Z';

const folder = fileURLToPath(new URL('../../../fixtures/demo/', import.meta.url));

/** `rolecall demo`: a story on stdout, with the command lines that tell it again. */
export const act: Act = async (_args, _options, context) => {
  if (context.format !== 'table')
    throw new RolecallError('USAGE', 'the demo is told in tables; run its commands with --format instead');
  const db = newStore(context);
  const files = {
    db: shown(db),
    logs: shown(join(folder, 'logs')),
    policy: shown(join(folder, 'rolecall.yaml')),
  };
  const { policy, report } = preparePolicy({
    ...context,
    policyPath: join(folder, 'rolecall.yaml'),
    policyGiven: true,
  });
  const summary = await ingest({ db, sources: [join(folder, 'logs')] });
  const store = openStore(db);
  const { window, text } = understandWindow({ on: 'last tuesday' }, readClock(now), context.tz);
  const answer = who(store, { account: 'prod', role: 'admin', window, when: text, policy });
  const deepest = deepestSession(answer);
  return {
    text: demoText(
      {
        ingest: renderIngest(summary, report),
        who: renderWho(answer, report),
        chain: deepest && {
          id: deepest.id,
          text: renderChain(chain(store, deepest.id, { limit: 60 }), report),
        },
        findings: renderFindings(detect(store, { policy, window, only: [shownDetector] }), report),
      },
      {
        ...files,
        now,
        program: context.invokedAs,
        tz: context.tz,
        unicode: context.unicode,
        color: context.color,
      },
    ),
    exit: summary.problems.length > 0 ? exit.incomplete : exit.ok,
  };
};

/** Made data never goes into a store that somebody uses: not by ROLECALL_DB, not into a file that is there. */
function newStore(context: Context): string {
  if (!context.dbGiven) return join(mkdtempSync(join(tmpdir(), 'rolecall-demo-')), 'rolecall.db');
  if (existsSync(context.db))
    throw new RolecallError('USAGE', `${context.db} is there already; the demo makes a new store`);
  return context.db;
}

/** The longest chain of the answer; of several, the one that did most. */
function deepestSession(answer: Who): Session | null {
  const sessions = answer.answers.flatMap((each) => each.sessions);
  return sessions.reduce<Session | null>((best, session) => {
    if (best === null) return session;
    const order = (session.depth ?? -1) - (best.depth ?? -1) || session.calls - best.calls;
    return order > 0 ? session : best;
  }, null);
}

/** As one would type it here. */
function shown(path: string): string {
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}
