/** What a user's own detector may import from 'rolecall', beside types: pure, and the same in every run. */

export { matchAction } from '../policy/action.js';
export { matchPrincipal, matchRole } from '../policy/match.js';
export { matchOrigin } from '../policy/origin.js';
export { defineDetector } from './define.js';
export {
  actorText,
  byDay,
  callerText,
  chainText,
  listText,
  originKey,
  originText,
  roleText,
  sinceText,
  span,
  succeeded,
} from './say.js';
