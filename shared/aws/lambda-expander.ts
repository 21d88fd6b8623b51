/** Starts expansions through Lambda. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { BatchId } from "../contract/ids.ts";
import type { ExpandEvent } from "../contract/messages.ts";
import type { Expander } from "../ports.ts";
import { ExpanderError } from "../ports.ts";
import { invokeLater } from "./invoke-later.ts";
import { inWords } from "./sdk-errors.ts";

/** Calls the expand function without waiting for it. */
export class LambdaExpander implements Expander {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(options: { readonly client: LambdaClient; readonly functionName: string }) {
    this.#client = options.client;
    this.#functionName = options.functionName;
  }

  async expand(batchId: BatchId): Promise<void> {
    const event: ExpandEvent = { batch_id: batchId };
    try {
      await invokeLater(this.#client, this.#functionName, event);
    } catch (cause) {
      throw new ExpanderError(`could not call ${this.#functionName}: ${inWords(cause)}`, { cause });
    }
  }
}
