/** Where a value starts in the unpacked content. */
export interface Place {
  /** From 0. */
  byte: number;
  /** From 1. */
  line: number;
  /** It is an element of a list, not a value of its own. */
  listed: boolean;
}

export type Broken = 'cut' | 'damaged' | 'too large' | 'too deep' | 'not JSON';

/** Receives what a `Splitter` finds, in the order it lies there. */
export interface SplitSink {
  /** One whole value that is or should be a record. The bytes are good only during the call. */
  value(bytes: Uint8Array, place: Place): void;
  /** Something that should have been a record and cannot be read as one. */
  broken(how: Broken, place: Place): void;
  /** The content is cut or damaged here, outside any record. */
  damage(how: 'cut' | 'damaged', place: Place): void;
}
