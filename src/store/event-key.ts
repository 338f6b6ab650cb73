/** Slots per second in an event's key. 2^32 seconds × 2^21 slots fit a double exactly. */
export const slots = 2 ** 21;

/** Latest event time that a key can hold (year 2106). */
export const latestTime = 2 ** 32 - 1;

/** First key of a second. */
export function firstKey(time: number): number {
  return time * slots;
}

/** Event time of a key, epoch seconds. */
export function timeOf(key: number): number {
  return Math.floor(key / slots);
}

/** SQL: the second of the last call that the `event` row `e` stands for, see `fold` in 0008-folds.sql. */
export const lastSecond = `ifnull((SELECT max(f.last) FROM fold f WHERE f.event = e.key), e.key / ${slots})`;

/** Slot where the search for an event id starts: bits of the id itself, so that twins meet. */
export function startSlot(id: Uint8Array | string, salt: number): number {
  let hash = salt;
  if (typeof id === 'string') {
    for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  } else {
    for (let i = 0; i < 16; i += 4)
      hash = Math.imul(
        hash ^ (id[i]! | (id[i + 1]! << 8) | (id[i + 2]! << 16) | (id[i + 3]! << 24)),
        0x9e3779b1,
      );
  }
  return (hash >>> 0) % slots;
}

/** Event id as people write it. */
export function eventIdText(id: Uint8Array | string): string {
  if (typeof id === 'string') return id;
  const hex = Buffer.from(id).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Event id as the store keeps it: 16 bytes for a UUID, else the text. */
export function eventIdStored(text: string): Buffer | string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
    ? Buffer.from(text.replaceAll('-', ''), 'hex')
    : text;
}
