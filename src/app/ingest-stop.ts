/** How long the object being read may take to end after a stop was asked for, milliseconds. */
const grace = 1_000;

/** Turns a request to stop into a stop between two objects, or a moment later inside one. */
export class Stop {
  private readonly hard = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly signal: AbortSignal | undefined,
    private readonly work: { readonly isOpen: boolean },
  ) {
    signal?.addEventListener('abort', this.ask, { once: true });
    if (signal?.aborted) this.ask();
  }

  /** Whether this was thrown because a stop was asked for. */
  is(error: unknown): boolean {
    return this.signal?.aborted === true && error === this.signal.reason;
  }

  /** Aborted when nothing more may be waited for. */
  get now(): AbortSignal {
    return this.hard.signal;
  }

  /** @throws the signal's reason when a stop was asked for. */
  betweenObjects(): void {
    this.signal?.throwIfAborted();
  }

  done(): void {
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.ask);
  }

  private readonly ask = () => {
    const end = () => this.hard.abort(this.signal?.reason);
    if (this.work.isOpen) this.timer = setTimeout(end, grace);
    else end();
  };
}
