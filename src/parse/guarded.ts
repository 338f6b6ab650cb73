/** What reading a value gives, or why it could not be read: code of ours may fail at what nobody thought of. */
export function guarded<T>(read: () => T | string): T | string {
  try {
    return read();
  } catch (error) {
    // The name only: a message could quote the record.
    return `it could not be understood (${error instanceof Error ? error.name : 'error'})`;
  }
}
