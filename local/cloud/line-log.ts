/** Log files of the embedded cloud. */
import { closeSync, openSync, writeSync } from "node:fs";

/** The log file of one run. It starts empty; each line has its time. */
export class LineLog {
  readonly #file: number;
  readonly #nowMs: () => number;

  constructor(path: string, nowMs: () => number) {
    this.#file = openSync(path, "w", 0o600);
    this.#nowMs = nowMs;
  }

  write(line: string): void {
    writeSync(this.#file, `${new Date(this.#nowMs()).toISOString()} ${line}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
