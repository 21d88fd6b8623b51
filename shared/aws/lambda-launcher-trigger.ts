/** Wakes the launcher through Lambda. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { LauncherTrigger } from "../ports.ts";
import { LauncherError } from "../ports.ts";
import { invokeLater } from "./invoke-later.ts";
import { inWords } from "./sdk-errors.ts";

/** Calls the launch function without waiting for its answer. */
export class LambdaLauncherTrigger implements LauncherTrigger {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(options: { readonly client: LambdaClient; readonly functionName: string }) {
    this.#client = options.client;
    this.#functionName = options.functionName;
  }

  async trigger(): Promise<void> {
    try {
      await invokeLater(this.#client, this.#functionName, {});
    } catch (cause) {
      throw new LauncherError(`could not call ${this.#functionName}: ${inWords(cause)}`, { cause });
    }
  }
}
