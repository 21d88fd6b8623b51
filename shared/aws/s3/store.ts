/** The object store port on S3. */
import { readFile, writeFile } from "node:fs/promises";
import type { GetObjectCommandInput, PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type {
  CreateResult,
  Etag,
  ListPage,
  ObjectStore,
  Random,
  RangeResult,
  ReplaceResult,
  SignedUpload,
  StoredObject,
} from "../../ports.ts";
import { backOff } from "../../flow/back-off.ts";
import { AtMost } from "../../flow/at-most.ts";
import { StoreError } from "../../ports.ts";
import type { StoreClock } from "../../system/store-clock.ts";
import { setByAnswers } from "./dates.ts";
import { attemptsOf, inWords, isRefusal, statusOf } from "../sdk-errors.ts";

type Condition = Pick<PutObjectCommandInput, "IfMatch" | "IfNoneMatch">;

const conflictTries = 8;
const firstWaitMs = 50;
/** Fewer than the SDK's sockets (50): a request that waits for a socket would fail with a connection time-out. */
const requestsAtOnce = 48;

/** A bucket of S3. */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #ports: { readonly clock: StoreClock; readonly random: Random };
  readonly #questions = new AtMost(requestsAtOnce);

  constructor(options: {
    readonly client: S3Client;
    readonly bucket: string;
    /** Set by the bucket's answers. */
    readonly clock: StoreClock;
    readonly random: Random;
  }) {
    this.#client = options.client;
    this.#bucket = options.bucket;
    this.#ports = options;
    setByAnswers(options.clock, options.client);
  }

  get(key: string): Promise<StoredObject | null> {
    return this.#ask("read", key, async () => {
      const answer = await this.#read(key);
      if (answer === null) return null;
      const modifiedMs = answer.LastModified?.getTime() ?? 0;
      return { body: await answer.Body.transformToString("utf8"), etag: answer.ETag as Etag, modifiedMs };
    });
  }

  exists(key: string): Promise<boolean> {
    return this.#ask("look for", key, async () => {
      try {
        await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    });
  }

  getRange(
    key: string,
    { from, bytes }: { readonly from: number; readonly bytes: number },
    etag: Etag | null,
  ): Promise<RangeResult> {
    return this.#ask("read", key, async () => {
      const range = {
        Range: `bytes=${from}-${from + bytes - 1}`,
        ...(etag === null ? {} : { IfMatch: etag }),
      };
      try {
        const answer = await this.#read(key, range);
        if (answer === null) return { kind: "absent" };
        return {
          kind: "read",
          bytes: await answer.Body.transformToByteArray(),
          etag: answer.ETag as Etag,
          sizeBytes: Number(answer.ContentRange?.split("/")[1] ?? answer.ContentLength),
        };
      } catch (error) {
        if (statusOf(error) === 412) return { kind: "changed" };
        // An empty object has no range.
        if (statusOf(error) === 416) return { kind: "absent" };
        throw error;
      }
    });
  }

  create(key: string, body: string): Promise<CreateResult> {
    return this.#ask("create", key, async () => {
      const etag = await this.#putIf(key, body, { IfNoneMatch: "*" });
      return etag === null ? { kind: "exists" } : { kind: "written", etag };
    });
  }

  replace(key: string, body: string, etag: Etag): Promise<ReplaceResult> {
    return this.#ask("replace", key, async () => {
      const written = await this.#putIf(key, body, { IfMatch: etag });
      return written === null ? { kind: "changed" } : { kind: "written", etag: written };
    });
  }

  put(key: string, body: string): Promise<void> {
    return this.#ask("write", key, async () => {
      await this.#put({ Key: key, Body: body, ContentType: typeOf(key) });
    });
  }

  putFile(key: string, path: string, contentType: string): Promise<void> {
    return this.#ask("upload", key, async () => {
      // Read into memory (a few MB at most): after a failure the SDK cannot send a stream a second time.
      await this.#put({ Key: key, Body: await readFile(path), ContentType: contentType });
    });
  }

  getFile(key: string, path: string): Promise<"written" | "absent"> {
    return this.#ask("download", key, async () => {
      const answer = await this.#read(key);
      if (answer === null) return "absent";
      await writeFile(path, await answer.Body.transformToByteArray());
      return "written";
    });
  }

  copy(from: string, to: string): Promise<"written" | "absent"> {
    // It is a header: what a URL would not hold must be escaped, slashes aside.
    const CopySource = `${this.#bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
    return this.#ask("copy", from, async () => {
      try {
        await this.#client.send(new CopyObjectCommand({ Bucket: this.#bucket, Key: to, CopySource }));
        return "written";
      } catch (error) {
        if (codeOfMissing.has(error instanceof Error ? error.name : "")) return "absent";
        throw error;
      }
    });
  }

  delete(key: string): Promise<void> {
    return this.#ask("delete", key, async () => {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
    });
  }

  list(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<ListPage> {
    return this.#ask("list", prefix, async () => {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          StartAfter: options.after,
          MaxKeys: options.limit,
        }),
      );
      const objects = (page.Contents ?? []).map((object) => ({
        key: object.Key ?? "",
        sizeBytes: object.Size ?? 0,
        modifiedMs: object.LastModified?.getTime() ?? 0,
      }));
      return { objects, more: page.IsTruncated === true };
    });
  }

  signedUrl(
    key: string,
    options: { readonly expiresSeconds: number; readonly fileName: string },
  ): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ResponseContentDisposition: attachmentNamed(options.fileName),
    });
    return this.#ask("sign a URL for", key, () =>
      getSignedUrl(this.#client, command, { expiresIn: options.expiresSeconds }),
    );
  }

  signedUpload(
    key: string,
    { bytes, expiresSeconds }: { readonly bytes: number; readonly expiresSeconds: number },
  ): Promise<SignedUpload> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ContentLength: bytes,
      IfNoneMatch: "*",
    });
    // A presigned PUT has no range of sizes, as a POST policy has. But a signed header must come as it was signed.
    const signableHeaders = new Set(["host", "content-length", "if-none-match"]);
    return this.#ask("sign an upload of", key, async () => ({
      url: await getSignedUrl(this.#client, command, { expiresIn: expiresSeconds, signableHeaders }),
      headers: { "content-length": String(bytes), "if-none-match": "*" },
    }));
  }

  async #read(key: string, part: Pick<GetObjectCommandInput, "Range" | "IfMatch"> = {}) {
    try {
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...part });
      const answer = await this.#client.send(command);
      if (answer.Body === undefined) throw new TypeError("expected a body, got none");
      return { ...answer, Body: answer.Body };
    } catch (error) {
      if (codeOfMissing.has(error instanceof Error ? error.name : "")) return null;
      throw error;
    }
  }

  /** @returns the new tag; null when the condition did not hold */
  async #putIf(key: string, body: string, condition: Condition): Promise<Etag | null> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#put({ Key: key, Body: body, ContentType: typeOf(key), ...condition });
      } catch (error) {
        const status = statusOf(error);
        // If-Match on an object that does not exist any more. A missing bucket gives 404 too, but that is an error and
        // not an outcome.
        if (codeOfMissing.has(error instanceof Error ? error.name : "")) return null;
        // The SDK tried more than once. An earlier try may have succeeded, and then our own write made the condition
        // fail. The caller compares what is stored.
        if (status === 412 && attemptsOf(error) === 1) return null;
        if (status !== 409 || attempt === conflictTries) throw error;
        await backOff(this.#ports, attempt, firstWaitMs);
      }
    }
  }

  async #put(input: Omit<PutObjectCommandInput, "Bucket">): Promise<Etag> {
    const answer = await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, ...input }));
    return answer.ETag as Etag;
  }

  async #ask<T>(verb: string, key: string, question: () => Promise<T>): Promise<T> {
    try {
      return await this.#questions.run(question);
    } catch (cause) {
      throw new StoreError(`could not ${verb} ${key}: ${inWords(cause)}`, key, {
        cause,
        isRefusal: isRefusal(cause),
      });
    }
  }
}

const codeOfMissing: ReadonlySet<string> = new Set(["NoSuchKey", "NotFound"]);

/**
 * Gives the name in both forms: `filename*` for clients that read it, and `filename` in plain ASCII for those that do
 * not, such as `curl -OJ`. @see RFC 6266, section 4.3; RFC 8187 for the characters that need no escape in the first
 */
export function attachmentNamed(name: string): string {
  const plain = name.replace(/[^\w. -]/g, "_");
  const escaped = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${escaped}`;
}

const typeOf = (key: string): string =>
  key.endsWith(".jsonl") ? "application/x-ndjson" : "application/json";
