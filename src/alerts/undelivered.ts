/** What a failed attempt means for what follows. */
export type Then =
  /** It may pass: try again. */
  | 'retry'
  /** The receiver takes others, but not this one. */
  | 'next'
  /** The receiver takes nothing: a wrong address, a secret that it does not know. */
  | 'stop';

/** Why something was not delivered. Neither message nor remedy says more of the address than its host. */
export class Undelivered extends Error {
  override readonly name = 'Undelivered';

  /**
   * @param message what the receiver did, without its name: `answered 503`
   * @param wait seconds that the receiver asks to be left alone; 0 when it does not say
   */
  constructor(
    message: string,
    readonly then: Then,
    readonly remedy: string,
    readonly wait = 0,
  ) {
    super(message);
  }
}
