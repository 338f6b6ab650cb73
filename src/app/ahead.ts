/** Something that was begun; `failed` is told at once, so that nobody waits for what comes before it in vain. */
interface Begun<T, R> {
  item: T;
  work: Promise<R>;
}

/**
 * Does work on several items at a time and gives out what came of them in their order.
 * @param most how many at a time, those not yet taken included
 * @param leave told of every result that nobody will take, because one failed or the taker stopped
 * @throws the first failure of any item, at once
 */
export async function* ahead<T, R>(
  items: readonly T[],
  most: number,
  act: (item: T) => Promise<R>,
  leave: (result: R) => Promise<void>,
): AsyncGenerator<{ item: T; result: R }> {
  const left = [...items];
  const begun: Begun<T, R>[] = [];
  let fail: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const begin = () => {
    while (begun.length < most && left.length > 0) {
      const item = left.shift()!;
      const work = act(item);
      work.catch(fail);
      begun.push({ item, work });
    }
  };
  try {
    for (begin(); begun.length > 0; begin()) {
      const { item, work } = begun[0]!;
      const result = await Promise.race([work, failure]);
      begun.shift();
      yield { item, result };
    }
  } finally {
    const rest = await Promise.allSettled(begun.map(({ work }) => work));
    await Promise.all(rest.map((one) => (one.status === 'fulfilled' ? leave(one.value) : undefined)));
  }
}
