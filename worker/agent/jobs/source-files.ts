import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sourceOf } from "../../../shared/contract/api/continuation.ts";
import type { JobMessage } from "../../../shared/contract/messages.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import { unpackedCodes } from "./codes.ts";
import type { ObjectStore } from "../../../shared/ports.ts";

/** What clips continue, on this machine's disk while they are made. */
export class SourceFiles {
  readonly #store: ObjectStore;
  readonly #folder: string;

  constructor(ports: { readonly store: ObjectStore; readonly folder: string }) {
    this.#store = ports.store;
    this.#folder = ports.folder;
  }

  /** @returns "none" when the clip continues nothing; "gone" when what it continues is not there any more */
  async fetch(message: JobMessage, attempt: number): Promise<{ readonly path: string } | "none" | "gone"> {
    if (message.continue_from === undefined) return "none";
    const path = join(this.#folder, `${message.batch_id}-${message.index}-${attempt}.source`);
    const { kind, id } = sourceOf(message.continue_from);
    const found = await this.#store.getFile(batchKeys.source(message.batch_id, id), path);
    if (found === "absent") return "gone";
    if (kind === "item") writeFileSync(path, unpackedCodes(readFileSync(path, "utf8")));
    return { path };
  }
}

export const removeSource = (path: string | null): void => {
  if (path !== null) rmSync(path, { force: true });
};
