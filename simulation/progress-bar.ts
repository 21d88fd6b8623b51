/** A progress bar without a package: the simulator and the bench need no more than these thirty lines. */
/** The width of the bar in characters. */
const width = 30;

/** Written to stderr, and only in a terminal, so that stdout holds only the result. */
export class ProgressBar {
  readonly #total: number;
  readonly #beganMs = performance.now();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** @param told text beside the bar, such as what has failed */
  advance(told: string): void {
    this.#done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${this.#line()} ${told} `);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write("\n");
  }

  #line(): string {
    const share = this.#done / this.#total;
    const bar = "█".repeat(Math.round(share * width)).padEnd(width, "░");
    const leftS = ((performance.now() - this.#beganMs) / 1000) * (1 / share - 1);
    const left = leftS < 90 ? `${Math.round(leftS)} s` : `${Math.round(leftS / 60)} min`;
    return `${bar} ${this.#done} of ${this.#total}, ${left} left`;
  }
}
