import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from '../store/question.js';

const program = `${fileURLToPath(new URL('../../bin/', import.meta.url))}rule-query.js`;

/**
 * Asks a user's question in a process of its own: a query that never ends cannot be stopped in any other way.
 * @param seconds after which it is ended
 * @returns an error when it took longer, or when its process died
 */
export function askRule(question: Question, seconds: number): Promise<Answer> {
  return new Promise((resolve) => {
    const child = fork(program, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    child.once('message', (message) => finish(message as Answer));
    child.once('error', (error) => finish({ error: error.message }));
    child.once('exit', (code, signal) => {
      const died = `its process died (${signal ?? `exit ${code}`})`;
      const silent = () =>
        finish({ error: late ? `it was ended after ${seconds} s without an answer` : died });
      // What it sent may still be on its way.
      if (child.connected) child.once('disconnect', silent);
      else silent();
    });
    child.send(question, () => {});
  });
}
