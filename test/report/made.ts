import { chain } from '../../src/app/chain.js';
import { coverage } from '../../src/app/coverage.js';
import { detect } from '../../src/app/detect.js';
import { describeDetector, describeDetectors } from '../../src/app/detectors.js';
import { ingest } from '../../src/app/ingest.js';
import { loadPolicy, openStore } from '../../src/app/open.js';
import { sessions } from '../../src/app/sessions.js';
import { show } from '../../src/app/show.js';
import { who } from '../../src/app/who.js';
import { accountNames } from '../../src/policy/index.js';
import {
  type RenderContext,
  renderChain,
  renderCoverage,
  renderDetector,
  renderDetectors,
  renderFindings,
  renderIngest,
  renderSessions,
  renderShow,
  renderWho,
} from '../../src/report/index.js';
import { newDb } from '../app/ingest-made.js';
import { demo } from '../cli/rolecall.js';

/** Tuesday of the made week. */
const window = { from: Date.UTC(2026, 10, 17) / 1000, to: Date.UTC(2026, 10, 18) / 1000, tz: 'UTC' };

export const names = accountNames(loadPolicy(demo.policy, true));

/** Every kind of answer over the made week. */
export async function answers() {
  const db = newDb();
  const summary = await ingest({ db, sources: [demo.logs] });
  const store = openStore(db);
  try {
    const policy = loadPolicy(demo.policy, true);
    const held = who(store, { account: 'prod', role: 'admin', window, when: 'last tuesday', policy });
    const refused = who(store, { account: null, role: null, window, when: 'last tuesday', policy });
    const inWindow = refused.answers.flatMap((answer) => answer.sessions);
    const deepest = inWindow.reduce((a, b) => ((b.depth ?? 0) > (a.depth ?? 0) ? b : a));
    const list = sessions(store, {
      account: null,
      role: null,
      window,
      limit: 25,
      policy,
      origin: null,
      name: null,
      unobserved: false,
      ambiguous: false,
      minDepth: null,
    });
    return {
      held,
      everybody: refused,
      list,
      chain: chain(store, deepest.id, { limit: 12 }),
      session: await show(store, deepest.id, { raw: false }),
      event: await show(store, deepest.issuance?.eventId ?? deepest.id, { raw: true }),
      coverage: coverage(store, { window: null, accounts: null, regions: null }),
      findings: detect(store, { policy, window: null, only: null }),
      detectors: describeDetectors(policy),
      detector: describeDetector('deep-chain', policy),
      ingest: { ...summary, seconds: 1.5 },
    };
  } finally {
    store.close();
  }
}

export type Answers = Awaited<ReturnType<typeof answers>>;

/** Each answer as text, by its name. */
export function rendered(made: Answers, ctx: RenderContext): Record<string, string> {
  return {
    who: renderWho(made.held, ctx),
    'who-everybody': renderWho(made.everybody, ctx),
    sessions: renderSessions(made.list, ctx),
    chain: renderChain(made.chain, ctx),
    'show-session': renderShow(made.session, ctx),
    'show-event': renderShow(made.event, ctx),
    coverage: renderCoverage(made.coverage, ctx),
    findings: renderFindings(made.findings, ctx),
    detectors: renderDetectors(made.detectors, ctx),
    detector: renderDetector(made.detector, ctx),
    ingest: renderIngest(made.ingest, ctx),
  };
}

/** A plain table for a wide terminal, but for what `changes` says. */
export function context(changes: Partial<RenderContext> = {}): RenderContext {
  return { format: 'table', width: 80, color: false, unicode: true, tz: 'UTC', account: names, ...changes };
}
