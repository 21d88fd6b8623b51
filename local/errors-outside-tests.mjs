// A reporter of Vitest: what went wrong outside of all tests, of which its JSON report says nothing.
import { writeFileSync } from "node:fs";
import { errorsBeside } from "./test-reports.mjs";

// Vitest takes the default export.
export default class ErrorsOutsideTests {
  #path = "";

  /** @param {import("vitest/node").Vitest} vitest */
  onInit({ config: { outputFile } }) {
    if (typeof outputFile !== "object" || outputFile.json === undefined)
      throw new Error("expected a JSON report, beside which the errors are written");
    this.#path = errorsBeside(outputFile.json);
  }

  /**
   * @param {readonly unknown[]} _files
   * @param {readonly { readonly message: string, readonly stack?: string | undefined }[]} errors
   */
  onTestRunEnd(_files, errors) {
    writeFileSync(this.#path, JSON.stringify(errors.map(({ message, stack }) => ({ message, stack }))));
  }
}
