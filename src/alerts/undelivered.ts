/** What an attempt failed by. */
export type Fault =
  /** Something that may pass: try again. */
  | 'passing'
  /** What was sent: the receiver takes others. */
  | 'content'
  /** The target: a wrong address, a secret that it does not know. It takes nothing. */
  | 'target';

/** Why something was not delivered. Neither message nor remedy says more of the address than its host. */
export class Undelivered extends Error {
  override readonly name = 'Undelivered';

  /**
   * @param message what the receiver did, without its name: `answered 503`
   * @param wait seconds that the receiver asks to be left alone; 0 when it does not say
   */
  constructor(
    message: string,
    readonly fault: Fault,
    readonly remedy: string,
    readonly wait = 0,
  ) {
    super(message);
  }
}
