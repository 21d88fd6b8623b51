/** The faults of an upload, the first of which are kept. */
import type { Fault, InputErrors, LineFault } from "../../contract/api/problem.ts";
import { cutText } from "../../contract/text.ts";

/** They are part of the batch's record, which every view of it reads. */
const mostKept = 100;
/** A name or value may be as long as a line. */
const longestPart = 300;

export class LineFaults {
  readonly #first: LineFault[] = [];
  #count = 0;

  add(line: number, faults: readonly Fault[]): void {
    this.#count += faults.length;
    for (const { pointer, detail } of faults.slice(0, mostKept - this.#first.length))
      this.#first.push({
        line,
        pointer: cutText(pointer, longestPart),
        detail: cutText(detail, longestPart),
      });
  }

  /** Null: there are none. */
  get errors(): InputErrors | null {
    return this.#count === 0 ? null : { count: this.#count, first: this.#first };
  }
}
