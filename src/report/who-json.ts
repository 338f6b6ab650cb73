import type { AccountNames, DeniedAttempt, DirectAccess, Who, WhoAnswer } from '../model/answers.js';
import { coverageJson, coverageLines } from './coverage-json.js';
import { iso } from './json-text.js';
import { alias, heldSessionJson, originJson, spanJson, usedJson } from './session-json.js';

/** `rolecall/who/v1` */
export function whoJson(who: Who, names: AccountNames) {
  return {
    schema: 'rolecall/who/v1',
    ...askedJson(who),
    answers: who.answers.map((answer) => answerJson(answer, names)),
    attempts: who.attempts.map(attemptJson),
    direct: who.direct.map((direct) => directJson(direct, names)),
    coverage: coverageJson(who.coverage, names),
  };
}

/** An object per answer, refused attempt and direct access, then the coverage. Answers repeat the question. */
export function whoLines(who: Who, names: AccountNames): object[] {
  return [
    ...who.answers.map((answer) => ({
      schema: 'rolecall/who-answer/v1',
      ...askedJson(who),
      ...answerJson(answer, names),
    })),
    ...who.attempts.map((attempt) => ({ schema: 'rolecall/who-attempt/v1', ...attemptJson(attempt) })),
    ...who.direct.map((direct) => ({ schema: 'rolecall/who-direct/v1', ...directJson(direct, names) })),
    ...coverageLines(who.coverage, names),
  ];
}

function askedJson({ question, window }: Who) {
  const { account, accountIds, role, roleMeaning, when } = question;
  return {
    question: {
      account,
      accountIds,
      role,
      roleMeaning: {
        patterns: roleMeaning.patterns,
        from: roleMeaning.from,
        byEvidence: roleMeaning.byEvidence,
      },
      when,
    },
    window: { ...spanJson(window), tz: window.tz },
  };
}

function answerJson(answer: WhoAnswer, names: AccountNames) {
  return {
    origin: originJson(answer.origin, names),
    sessions: answer.sessions.map((session) => heldSessionJson(session, names)),
    held: answer.held && spanJson(answer.held),
    used: answer.used && usedJson(answer.used),
  };
}

function attemptJson(attempt: DeniedAttempt) {
  return {
    caller: attempt.caller,
    roleArn: attempt.roleArn,
    attempts: attempt.attempts,
    first: iso(attempt.first),
    last: iso(attempt.last),
    errorCode: attempt.errorCode,
    eventId: attempt.eventId,
  };
}

function directJson(direct: DirectAccess, names: AccountNames) {
  return {
    kind: direct.kind,
    id: direct.id,
    accountId: direct.accountId,
    account: alias(direct.accountId, names),
    accessKeyIds: direct.accessKeyIds,
    calls: direct.calls,
    denied: direct.denied,
    first: iso(direct.first),
    last: iso(direct.last),
    mfa: direct.mfa,
    sourceIps: direct.sourceIps,
  };
}
