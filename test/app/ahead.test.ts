import { describe, expect, it } from 'vitest';
import { ahead } from '../../src/app/ahead.js';

/** Work that ends when told to. */
function workshop() {
  const begun: number[] = [];
  const left: number[] = [];
  const ends = new Map<number, { done: () => void; fail: (error: Error) => void }>();
  return {
    begun,
    left,
    ends,
    act: (item: number) => {
      begun.push(item);
      return new Promise<string>((resolve, reject) =>
        ends.set(item, { done: () => resolve(`result ${item}`), fail: reject }),
      );
    },
    leave: async (result: string) => {
      left.push(Number(result.slice(7)));
    },
  };
}

describe('work ahead', () => {
  it('is given out in the order of the items, however it ends', async () => {
    const shop = workshop();
    const results = ahead([1, 2, 3], 2, shop.act, shop.leave);
    const first = results.next();
    expect(shop.begun).toEqual([1, 2]);
    shop.ends.get(2)!.done();
    shop.ends.get(1)!.done();
    expect((await first).value).toEqual({ item: 1, result: 'result 1' });
    expect((await results.next()).value).toEqual({ item: 2, result: 'result 2' });
    expect(shop.begun).toEqual([1, 2, 3]);
    shop.ends.get(3)!.done();
    expect((await results.next()).value).toEqual({ item: 3, result: 'result 3' });
    expect((await results.next()).done).toBe(true);
    expect(shop.left).toEqual([]);
  });

  it('gives out what had begun beside the one that failed, begins nothing after it, and then fails', async () => {
    const shop = workshop();
    const results = ahead([1, 2, 3, 4], 3, shop.act, shop.leave);
    const first = results.next();
    shop.ends.get(3)!.done();
    shop.ends.get(2)!.fail(new Error('broken'));
    shop.ends.get(1)!.done();
    expect((await first).value).toEqual({ item: 1, result: 'result 1' });
    expect((await results.next()).value).toEqual({ item: 3, result: 'result 3' });
    await expect(results.next()).rejects.toThrow('broken');
    expect([shop.begun, shop.left]).toEqual([[1, 2, 3], []]);
  });

  it('leaves what is not taken when the taker stops', async () => {
    const shop = workshop();
    for (const _ of [1, 2]) queueMicrotask(() => [...shop.ends.values()].map(({ done }) => done()));
    for await (const { item } of ahead([1, 2], 2, shop.act, shop.leave)) if (item === 1) break;
    expect(shop.left).toEqual([2]);
  });
});
