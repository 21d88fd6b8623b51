/** The ticks of the reaper that finished. A fault may cut off any of them, and several in a row. */

/** The reaper runs once a minute. */
const minutesMs = 6 * 60_000;
/** The reaper looks twice before it ends a machine, and EC2 may refuse the order. */
const looksNeeded = 4;

export class ReaperLooks {
  readonly #beganMs: number[] = [];

  done(beganMs: number): void {
    this.#beganMs.push(beganMs);
  }

  /**
   * Whether a machine that should have ended at this time should be gone by now.
   * @param graceMs for this long EC2 or the store could not be asked
   */
  hasHadTime(sinceMs: number, nowMs: number, graceMs: number): boolean {
    const looks = this.#beganMs.filter((beganMs) => beganMs >= sinceMs).length;
    return nowMs - sinceMs > minutesMs + graceMs && looks >= looksNeeded;
  }
}
