import { rmSync } from "node:fs";
import { join } from "node:path";
import type { EngineCheckpoint } from "../../../shared/contract/engine-protocol.ts";
import type { JobMessage } from "../../../shared/contract/messages.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { Tasks } from "../flow/tasks.ts";
import type { Job } from "./job.ts";

/** What an interrupted clip has so far: saved by the worker that leaves, fetched by the next one. */
export class Checkpoints {
  readonly #store: ObjectStore;
  readonly #folder: string;
  readonly #tasks: Tasks;

  constructor(ports: { readonly store: ObjectStore; readonly folder: string }, tasks: Tasks) {
    this.#store = ports.store;
    this.#folder = ports.folder;
    this.#tasks = tasks;
  }

  async save(message: JobMessage, { path, step }: EngineCheckpoint): Promise<void> {
    if (path === null) return;
    if (step > 0) await this.#store.putFile(keyOf(message), path, "application/octet-stream");
    rmSync(path, { force: true });
  }

  /** @returns where it lies on this machine; null when there is none */
  async fetch(message: JobMessage, attempt: number): Promise<string | null> {
    const path = join(this.#folder, `${message.batch_id}-${message.index}-${attempt}.checkpoint`);
    const found = await this.#store.getFile(keyOf(message), path);
    return found === "written" ? path : null;
  }

  /** If that fails, the reconciler does it at the end of the batch. */
  async delete({ message, resumePath }: Job): Promise<void> {
    if (resumePath !== null) rmSync(resumePath, { force: true });
    const key = keyOf(message);
    await this.#tasks.watch(`delete ${key}`, this.#store.delete(key));
  }
}

const keyOf = (message: JobMessage): string => batchKeys.checkpoint(message.batch_id, message.index);
