import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { readObject } from '../parse/read-object.js';
import type { SourceFilter } from '../sources/discover.js';
import { ledgerRow, renameObject } from '../store/ledger.js';
import type { Sqlite } from '../store/open.js';
import { alreadyRead, keeps, markedEtag } from './ingest-filter.js';
import type { ProgressTeller } from './ingest-progress.js';
import type { Recorder } from './ingest-record.js';

/** Object names of stdin begin so; the hash of the content follows. */
export const stdinPrefix = '-#';
const passingName = `${stdinPrefix}reading`;
const etag = 'stdin';

/**
 * Reads standard input as one object named after its content, so that the same bytes twice are the same object.
 * The name is known at the end only; memory stays flat.
 * @throws the reason of `stop` once it is given; the object is then still open
 */
export async function readStdin(
  db: Sqlite,
  stdin: Readable,
  recorder: Recorder,
  o: { filter: SourceFilter | null; stop: AbortSignal; progress: ProgressTeller },
): Promise<void> {
  const hash = createHash('sha256');
  const giveUp = () => stdin.destroy();
  o.stop.addEventListener('abort', giveUp, { once: true });
  recorder.begin(passingName, markedEtag(etag, o.filter));
  try {
    const options = o.filter === null ? {} : { keep: keeps(o.filter) };
    const records = readObject(hashed(stdin, hash), '-', options);
    let next = await records.next();
    for (; !next.done; next = await records.next()) {
      recorder.add(next.value);
      o.progress.took(next.value.length);
    }
    o.stop.throwIfAborted();
    const id = recorder.finish(next.value);
    const name = `${stdinPrefix}${hash.digest('hex').slice(0, 32)}`;
    const old = ledgerRow(db, name);
    renameObject(db, id, name, { keepOld: old !== null && alreadyRead(old.etag, etag, o.filter) });
    o.progress.finished(next.value.bytes);
  } finally {
    o.stop.removeEventListener('abort', giveUp);
  }
}

async function* hashed(chunks: Readable, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    hash.update(bytes);
    yield bytes;
  }
}
