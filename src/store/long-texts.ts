import { createHash } from 'node:crypto';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Ids are remembered for so many texts; forgotten together, so that memory stays flat. */
const mostRemembered = 5_000;

/**
 * Long texts, each kept once under an id made from the text itself: 48 bits of its SHA-256, or the next free one where
 * two texts meet. They need no index that would hold every text a second time.
 */
export class LongTexts {
  private readonly ids = new Map<string, number>();
  private readonly insert;
  private readonly find;

  constructor(db: Sqlite, table: 'document' | 'resource') {
    this.insert = prepared(db, `INSERT INTO ${table} (id, text) VALUES (?, ?) ON CONFLICT DO NOTHING`);
    this.find = prepared<{ text: string }>(db, `SELECT text FROM ${table} WHERE id = ?`);
  }

  /** The text's id; stores it when it is new. */
  idOf(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    let id = createHash('sha256').update(text).digest().readUIntBE(0, 6);
    while (this.insert.run(id, text).changes === 0 && this.find.get(id)!.text !== text) id++;
    if (this.ids.size >= mostRemembered) this.ids.clear();
    this.ids.set(text, id);
    return id;
  }

  /** After a rollback what was remembered may not be there. */
  forget(): void {
    this.ids.clear();
  }
}
