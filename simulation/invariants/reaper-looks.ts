/** The reaper's looks that came to their end. A fault may end any of them, and several in a row. */

/** It looks once a minute. */
const minutesMs = 6 * 60_000;
/** It looks twice before it ends a machine, and EC2 may refuse the order. */
const looksNeeded = 4;

export class ReaperLooks {
  readonly #beganMs: number[] = [];

  done(beganMs: number): void {
    this.#beganMs.push(beganMs);
  }

  /**
   * Whether what should end since then should be gone.
   * @param graceMs EC2 or the store could not be asked for so long
   */
  hasHadTime(sinceMs: number, nowMs: number, graceMs: number): boolean {
    const looks = this.#beganMs.filter((beganMs) => beganMs >= sinceMs).length;
    return nowMs - sinceMs > minutesMs + graceMs && looks >= looksNeeded;
  }
}
