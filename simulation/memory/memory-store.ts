/** The object store port in memory. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type {
  Clock,
  CreateResult,
  Etag,
  ListPage,
  ObjectStore,
  RangeResult,
  ReplaceResult,
  SignedUpload,
  StoredObject,
} from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { withFaults } from "./faults.ts";

interface Entry {
  readonly body: Buffer;
  readonly etag: Etag;
  readonly modifiedMs: number;
}
const pageLimit = 1000;

/** A bucket in memory. Faults are named by the port's methods; their key is the object's key. */
export class MemoryStore implements ObjectStore {
  readonly #clock: Clock;
  readonly #faults: Faults | undefined;
  readonly #entries = new Map<string, Entry>();
  /** All keys in order; null when keys were added or deleted since they were sorted. */
  #sorted: readonly string[] | null = [];

  constructor(options: { readonly clock: Clock; readonly faults?: Faults }) {
    this.#clock = options.clock;
    this.#faults = options.faults;
  }

  get(key: string): Promise<StoredObject | null> {
    return withFaults(this.#faults, "get", key, () => {
      const entry = this.#entries.get(key);
      return entry === undefined
        ? null
        : { body: entry.body.toString("utf8"), etag: entry.etag, modifiedMs: entry.modifiedMs };
    });
  }

  exists(key: string): Promise<boolean> {
    return withFaults(this.#faults, "exists", key, () => this.#entries.has(key));
  }

  getRange(
    key: string,
    { from, bytes }: { readonly from: number; readonly bytes: number },
    etag: Etag | null,
  ): Promise<RangeResult> {
    return withFaults(this.#faults, "getRange", key, () => {
      const entry = this.#entries.get(key);
      if (entry === undefined || entry.body.length === 0) return { kind: "absent" };
      if (etag !== null && entry.etag !== etag) return { kind: "changed" };
      return {
        kind: "read",
        bytes: entry.body.subarray(from, from + bytes),
        etag: entry.etag,
        sizeBytes: entry.body.length,
      };
    });
  }

  create(key: string, body: string): Promise<CreateResult> {
    return withFaults(this.#faults, "create", key, () =>
      this.#entries.has(key) ? { kind: "exists" } : { kind: "written", etag: this.#write(key, body) },
    );
  }

  replace(key: string, body: string, etag: Etag): Promise<ReplaceResult> {
    return withFaults(this.#faults, "replace", key, () =>
      this.#entries.get(key)?.etag === etag
        ? { kind: "written", etag: this.#write(key, body) }
        : { kind: "changed" },
    );
  }

  async put(key: string, body: string): Promise<void> {
    await withFaults(this.#faults, "put", key, () => this.#write(key, body));
  }

  async putFile(key: string, path: string, _contentType: string): Promise<void> {
    // The file is read synchronously, because a virtual clock cannot know that a disk is still busy.
    await withFaults(this.#faults, "putFile", key, () => this.#write(key, readFileSync(path)));
  }

  getFile(key: string, path: string): Promise<"written" | "absent"> {
    return withFaults(this.#faults, "getFile", key, () => {
      const entry = this.#entries.get(key);
      if (entry === undefined) return "absent";
      writeFileSync(path, entry.body);
      return "written";
    });
  }

  copy(from: string, to: string): Promise<"written" | "absent"> {
    return withFaults(this.#faults, "copy", from, () => {
      const entry = this.#entries.get(from);
      if (entry === undefined) return "absent";
      this.#write(to, entry.body);
      return "written";
    });
  }

  async delete(key: string): Promise<void> {
    await withFaults(this.#faults, "delete", key, () => {
      if (this.#entries.delete(key)) this.#sorted = null;
    });
  }

  list(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<ListPage> {
    return withFaults(this.#faults, "list", prefix, () => {
      const limit = Math.min(options.limit ?? pageLimit, pageLimit);
      const keys = this.#keysFrom(prefix, options.after, limit + 1);
      const objects = keys.slice(0, limit).flatMap((key) => {
        const entry = this.#entries.get(key);
        return entry === undefined
          ? []
          : [{ key, sizeBytes: entry.body.length, modifiedMs: entry.modifiedMs }];
      });
      return { objects, more: keys.length > limit };
    });
  }

  signedUrl(
    key: string,
    options: { readonly expiresSeconds: number; readonly fileName: string },
  ): Promise<string> {
    return withFaults(this.#faults, "signedUrl", key, () => {
      const expiresMs = this.#clock.nowMs() + options.expiresSeconds * 1000;
      return `memory:///${key}?expires=${expiresMs}&name=${encodeURIComponent(options.fileName)}`;
    });
  }

  signedUpload(
    key: string,
    { bytes, expiresSeconds }: { readonly bytes: number; readonly expiresSeconds: number },
  ): Promise<SignedUpload> {
    return withFaults(this.#faults, "signedUpload", key, () => ({
      url: `memory:///${key}?expires=${this.#clock.nowMs() + expiresSeconds * 1000}`,
      headers: { "content-length": String(bytes), "if-none-match": "*" },
    }));
  }

  /** Writes bytes as they are. */
  upload(key: string, bytes: Uint8Array): void {
    this.#write(key, Buffer.from(bytes));
  }

  #write(key: string, body: string | Buffer): Etag {
    const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
    // As in S3, the tag depends on the content: writing earlier content back gives the earlier tag again.
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"` as Etag;
    if (!this.#entries.has(key)) this.#sorted = null;
    this.#entries.set(key, { body: bytes, etag, modifiedMs: this.#clock.nowMs() });
    return etag;
  }

  #keysFrom(prefix: string, after: string | undefined, count: number): readonly string[] {
    this.#sorted ??= [...this.#entries.keys()].sort();
    const keys = this.#sorted;
    const isBefore = (key: string): boolean => key < prefix || (after !== undefined && key <= after);
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(keys[middle] ?? "")) low = middle + 1;
      else high = middle;
    }
    const found = keys.slice(low, low + count);
    const end = found.findIndex((key) => !key.startsWith(prefix));
    return end < 0 ? found : found.slice(0, end);
  }
}
