// Asks one SQL question in a process of its own, which can be ended when it takes too long. It also ends with
// whoever asked: SQLite runs in a thread, so that the end of the other process is noticed at any moment.
import { Worker } from 'node:worker_threads';

const gone = () => process.kill(process.pid, 'SIGKILL');
process.once('disconnect', gone);
process.once('message', (workerData) => {
  const thread = new Worker(new URL('../dist/app/rule-thread.js', import.meta.url), { workerData });
  const answer = (message) => {
    process.off('disconnect', gone);
    process.send(message, () => process.disconnect());
  };
  thread.once('message', answer);
  thread.once('error', (error) => answer({ error: error.message }));
});
