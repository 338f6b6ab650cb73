import { accountNamed } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { callerText, listText, roleText } from './say.js';

export default defineDetector({
  id: 'outside-caller',
  summary: 'a role was assumed from an account that the policy does not name',
  severity: 'high',
  attack: ['T1199', 'T1078.004'],
  cannotSee: ['whether the account belongs to the organization: only the policy tells'],
  falsePositives: ['a new account of the organization: add it under accounts'],
  triage: [
    'Find out whose account it is.',
    'Read the trust policy of the role: who let this account in, and when?',
    'Add the account to rolecall.yaml, as external if it is, or close the trust and revoke the sessions.',
  ],
  options: {},
  detect({ session, assumption, roleArn }, { policy }) {
    if (session === null || assumption?.eventName !== 'AssumeRole') return null;
    // Without a list of accounts everybody would be outside.
    if (policy === null || policy.accounts.length === 0) return null;
    const account = assumption.callerAccountId;
    if (account === null || !/^\d{12}$/.test(account) || account === session.accountId) return null;
    if (accountNamed(policy, account) !== null) return null;
    return {
      title: `${roleText(roleArn)} was assumed from account ${account}, which the policy does not name`,
      detail: [`The caller: ${listText(assumption.callers.map(callerText))}.`],
      time: assumption.at,
      evidence: assumption.evidence,
      about: [roleArn ?? '', account],
    };
  },
});
