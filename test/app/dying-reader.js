// Reads like the real one, but dies of some objects: before their first record, or after it.
import read from '../../dist/app/read-worker.js';

export default async function readOrDie(task) {
  for (const { name } of task.objects) {
    if (name.includes('deadly')) process.exit(7);
    if (name.includes('greedy')) {
      const hoard = [];
      for (;;) hoard.push(new Array(100_000).fill(name));
    }
  }
  const halfway = task.objects.findIndex(({ name }) => name.includes('halfway'));
  const { postMessage } = task.port;
  task.port.postMessage = ({ parts, last }, moved) => {
    const end = parts.findIndex(({ object, result }) => object === halfway && result !== null);
    if (end < 0) return postMessage.call(task.port, { parts, last }, moved);
    postMessage.call(task.port, { parts: parts.slice(0, end), last: false });
    process.exit(7);
  };
  await read(task);
}
