/** What becomes of the program when its output can be written no more. */
import { exitCodes, type ExitCode } from "../exit-codes.ts";

type Output = Pick<NodeJS.WriteStream, "on">;

/**
 * Whoever read the output may have enough (`mgb ls | head -1`): then the program ends without a word, as others in a
 * pipe do. A disk that is full is told.
 */
export class OutputErrors {
  #error: NodeJS.ErrnoException | null = null;

  /** @param end is called at the first error of the data's output; those of messages are of no account */
  constructor({ out, err }: { readonly out: Output; readonly err: Output }, end: () => void) {
    err.on("error", () => undefined);
    out.on("error", (error: NodeJS.ErrnoException) => {
      if (this.#error !== null) return;
      this.#error = error;
      end();
    });
  }

  /** @param exitCode of the program, had all of its output been taken */
  endOf(exitCode: ExitCode): { readonly exitCode: ExitCode; readonly message: string | null } {
    if (this.#error === null) return { exitCode, message: null };
    if (this.#error.code === "EPIPE")
      return { exitCode: exitCode === exitCodes.interrupted ? exitCodes.ok : exitCode, message: null };
    const why = this.#error.code === "ENOSPC" ? "the disk is full" : this.#error.message;
    return { exitCode: exitCodes.failed, message: `The output cannot be written: ${why}.` };
  }
}
