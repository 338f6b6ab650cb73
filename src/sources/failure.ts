/** One object that cannot be had although others can. `message` is a clause without full stop. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
}
