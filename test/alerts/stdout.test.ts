import { expect, it } from 'vitest';
import { channel } from './made.js';

/** A reader that takes a line when it is told to. */
function reader(writeWithin?: number) {
  const lines: string[] = [];
  let [take, refuse] = [() => {}, (_: Error) => {}];
  const write = (line: string) => {
    lines.push(line);
    return new Promise<void>((taken, failed) => {
      [take, refuse] = [taken, failed];
    });
  };
  const { send } = channel('stdout', { write, ...(writeWithin === undefined ? {} : { writeWithin }) });
  return {
    lines,
    take: () => take(),
    refuse: (error: Error) => refuse(error),
    send: (id: string) => send(id, { id, number: 1 }),
  };
}

const stuck = { fault: 'target', message: 'nobody read a line for 0.001 s' };

it('a line that nobody takes is given up, and is not written again when somebody reads after all', async () => {
  const { lines, take, send } = reader(1);
  await expect(send('one')).rejects.toMatchObject(stuck);
  // Nothing is put behind it meanwhile.
  await expect(send('two')).rejects.toMatchObject(stuck);
  await expect(send('one')).rejects.toMatchObject(stuck);
  expect(lines).toEqual(['one\n']);
  take();
  await send('one');
  const second = send('two');
  take();
  await second;
  expect(lines).toEqual(['one\n', 'two\n']);
});

it('a line that could not be written is written again', async () => {
  const { lines, take, refuse, send } = reader();
  const first = send('one');
  refuse(new Error('the disk is full'));
  await expect(first).rejects.toThrow('the disk is full');
  const again = send('one');
  take();
  await again;
  expect(lines).toEqual(['one\n', 'one\n']);
});
