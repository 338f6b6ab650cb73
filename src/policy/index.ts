export { accountNames, resolveAccount } from './accounts.js';
export { matchPrincipal, matchRole } from './match.js';
export { type RoleMeaning, roleMeaning } from './meaning.js';
export { parsePolicy } from './parse.js';
export type { Policy } from './policy.js';
export { policySchema } from './schema.js';
