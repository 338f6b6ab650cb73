/** What an ingest from Athena would ask, without asking it. */
export interface AthenaPlan {
  /** `athena://catalog.database.table` */
  table: string;
  /** In order of time; what the store has already is not among them. */
  queries: {
    /** As the ledger will have it. */
    name: string;
    /** Which partitions are read, column by column. */
    partitions: string[];
    /** For the `?` of the query, in their order. */
    params: string[];
  }[];
  /** Days that were read for good before. */
  skipped: number;
  /** The query, the same for each; null when nothing has to be asked. */
  sql: string | null;
  /** What the table cannot show: clauses without full stop. */
  missing: string[];
  /** Null where nothing is known to go by. */
  estimate: { bytes: number; dollars: number; basis: 'ledger' | 'listing' } | null;
}
