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
  const halfway = task.objects.some(({ name }) => name.includes('halfway'));
  if (halfway) {
    const { postMessage } = task.port;
    task.port.postMessage = (parcel, moved) => {
      postMessage.call(task.port, { ...parcel, last: false }, moved);
      setImmediate(() => process.exit(7));
    };
  }
  await read(task);
  if (halfway) await new Promise(() => {});
}
