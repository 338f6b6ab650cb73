/**
 * Does work on several items at a time and gives out what came of them in their order. Once one has failed, none is
 * begun; what had been begun beside it is still given out, for it may have cost something.
 * @param most how many at a time, those not yet taken included
 * @param leave told of every result that nobody will take, because the taker stopped
 * @throws the failure of the first item that failed, after the last result
 */
export async function* ahead<T, R>(
  items: readonly T[],
  most: number,
  act: (item: T) => Promise<R>,
  leave: (result: R) => Promise<void>,
): AsyncGenerator<{ item: T; result: R }> {
  const left = [...items];
  const begun: { item: T; work: Promise<R> }[] = [];
  let failure: PromiseRejectedResult | null = null;
  const begin = () => {
    while (begun.length < most && left.length > 0) {
      const item = left.shift()!;
      const work = act(item);
      work.catch(() => left.splice(0));
      begun.push({ item, work });
    }
  };
  try {
    for (begin(); begun.length > 0; begin()) {
      const { item, work } = begun.shift()!;
      const [outcome] = await Promise.allSettled([work]);
      if (outcome.status === 'fulfilled') yield { item, result: outcome.value };
      else failure ??= outcome;
    }
    if (failure !== null) throw failure.reason;
  } finally {
    const rest = await Promise.allSettled(begun.map(({ work }) => work));
    await Promise.all(rest.map((one) => (one.status === 'fulfilled' ? leave(one.value) : undefined)));
  }
}
