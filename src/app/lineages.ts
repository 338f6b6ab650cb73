import { dataVersion, type Sqlite } from '../store/open.js';
import { Lineage } from './lineage.js';

/** One lineage for as long as nobody else writes: what was concluded may rest on rows that an ingest has changed. */
export class Lineages {
  private last: { version: number; lineage: Lineage } | null = null;

  constructor(private readonly db: Sqlite) {}

  /** To be asked inside a transaction, and to be used in that one only. */
  now(): Lineage {
    const version = dataVersion(this.db);
    if (this.last?.version !== version) this.last = { version, lineage: new Lineage(this.db) };
    return this.last.lineage;
  }
}
