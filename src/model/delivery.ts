/** What one run told one target. */
export interface TargetDeliveries {
  /** Kind and host; never the address. */
  target: string;
  /** Told now. */
  delivered: number;
  /** Not told yet: the next run tries again. */
  due: number;
  /** Why some are still due; null when nothing went wrong. */
  problem: { reason: string; remedy: string } | null;
}

/** What one run told all targets. */
export interface Deliveries {
  targets: TargetDeliveries[];
  /** It was asked to stop before it was done. */
  stopped: boolean;
}
