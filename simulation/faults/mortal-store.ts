/** The object store port with faults. */
import type {
  CreateResult,
  Etag,
  ListPage,
  ObjectStore,
  RangeResult,
  ReplaceResult,
  SignedUpload,
  StoredObject,
} from "../../shared/ports.ts";
import { StoreError } from "../../shared/ports.ts";
import type { Process } from "./process.ts";

/** The files of one machine, by path. A virtual clock cannot wait for a disk. */
export type Disk = Map<string, string>;

/** The store as one program sees it. */
export class MortalStore implements ObjectStore {
  readonly #process: Process;
  readonly #store: ObjectStore;
  readonly #disk: Disk;

  constructor(process: Process, store: ObjectStore, disk: Disk = new Map()) {
    this.#process = process;
    this.#store = store;
    this.#disk = disk;
  }

  get(key: string): Promise<StoredObject | null> {
    return this.#call("get", key, () => this.#store.get(key));
  }
  exists(key: string): Promise<boolean> {
    return this.#call("exists", key, () => this.#store.exists(key));
  }
  getRange(
    key: string,
    range: { readonly from: number; readonly bytes: number },
    etag: Etag | null,
  ): Promise<RangeResult> {
    return this.#call("get", key, () => this.#store.getRange(key, range, etag));
  }
  create(key: string, body: string): Promise<CreateResult> {
    return this.#race(this.#call("create", key, () => this.#store.create(key, body)));
  }
  replace(key: string, body: string, etag: Etag): Promise<ReplaceResult> {
    return this.#race(this.#call("replace", key, () => this.#store.replace(key, body, etag)));
  }
  put(key: string, body: string): Promise<void> {
    return this.#call("put", key, () => this.#store.put(key, body));
  }
  putFile(key: string, path: string, _contentType: string): Promise<void> {
    return this.#call("put", key, () => this.#store.put(key, this.#disk.get(path) ?? ""));
  }
  getFile(key: string, path: string): Promise<"written" | "absent"> {
    return this.#call("get", key, async () => {
      const stored = await this.#store.get(key);
      if (stored === null) return "absent";
      this.#disk.set(path, stored.body);
      return "written";
    });
  }
  copy(from: string, to: string): Promise<"written" | "absent"> {
    return this.#call("copy", from, () => this.#store.copy(from, to));
  }
  delete(key: string): Promise<void> {
    return this.#call("delete", key, () => this.#store.delete(key));
  }
  list(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<ListPage> {
    return this.#call("list", prefix, () => this.#store.list(prefix, options));
  }
  signedUrl(
    key: string,
    options: { readonly expiresSeconds: number; readonly fileName: string },
  ): Promise<string> {
    return this.#store.signedUrl(key, options);
  }

  signedUpload(
    key: string,
    options: { readonly bytes: number; readonly expiresSeconds: number },
  ): Promise<SignedUpload> {
    return this.#store.signedUpload(key, options);
  }

  async #race<T extends { readonly kind: string }>(writing: Promise<T>): Promise<T> {
    const outcome = await writing;
    if (outcome.kind !== "written") this.#process.lostRace();
    return outcome;
  }

  #call<T>(operation: string, key: string, act: () => Promise<T>): Promise<T> {
    const failure = (detail: string): StoreError =>
      new StoreError(`${detail}: ${key}`, key, { cause: "a simulated fault" });
    return this.#process.callStore(`store.${operation}`, act, failure);
  }
}
