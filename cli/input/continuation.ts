/** What all clips of a batch continue: a clip by its item's id, or an audio file, which is uploaded. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type ContinueFrom, continueFromSchema } from "../../shared/contract/api/continuation.ts";
import type { BatchRequest } from "../../shared/contract/api/batch-request.ts";
import { limits } from "../../shared/contract/api/parameters.ts";
import { itemIdSchema, uploadIdSchema } from "../../shared/contract/ids.ts";
import type { Cli } from "../cli.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";

export interface ContinuationOptions {
  readonly continue?: string;
  readonly continueStart?: number;
  readonly continueEnd?: number;
}

/** An upload is kept for a day: one of the same file is used again for half of it. */
const usedAgainMs = 43_200_000;

/** What is asked for, before anything of it is sent. */
export interface Continuation {
  readonly source:
    | { readonly kind: "named"; readonly from: ContinueFrom }
    | {
        readonly kind: "file";
        readonly name: string;
        readonly sha256: string;
        readonly bytes: Uint8Array<ArrayBuffer>;
      };
  readonly part: { readonly start?: number; readonly end?: number };
}

/** Checks the options and the file. @returns null where nothing is to be continued */
export function continuationOf(cli: Cli, options: ContinuationOptions): Continuation | null {
  const { continue: named, continueStart: start, continueEnd: end } = options;
  if (named === undefined) {
    if (start === undefined && end === undefined) return null;
    throw new CommandError("--continue-start and --continue-end need --continue FILE", exitCodes.usage);
  }
  const part = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
  const from = nameOf(named);
  checked({ ...(from ?? { upload_id: anyUpload }), ...part });
  if (from !== null) return { source: { kind: "named", from }, part };
  const bytes = fileOf(resolve(cli.around.folder, named));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { source: { kind: "file", name: basename(named), sha256, bytes }, part };
}

/** What is the same when a submit is run again: of a file, its name and its hash. */
export const identityOf = ({ source, part }: Continuation) =>
  source.kind === "named" ? [source.from, part] : [source.name, source.sha256, part];

/**
 * Items that name what they continue keep it.
 * @param uploadKey the same key again gives the same upload; absent: a file is uploaded once in half a day
 */
export async function continued(
  cli: Cli,
  client: ApiClient,
  request: BatchRequest,
  continuation: Continuation | null,
  uploadKey?: string,
): Promise<BatchRequest> {
  if (continuation === null) return request;
  const source = await sent(cli, client, continuation, uploadKey);
  const items = request.items.map((item) => ({
    continue_from: { ...source, ...continuation.part },
    ...item,
  }));
  return { ...request, items };
}

/** Stands for the file's upload while that is not made yet. */
const anyUpload = "upload_00000000000000000000000000";

/** Null: the text is no id. */
function nameOf(text: string): ContinueFrom | null {
  const item = itemIdSchema.safeParse(text);
  if (item.success) return { item_id: item.data };
  const upload = uploadIdSchema.safeParse(text);
  return upload.success ? { upload_id: upload.data } : null;
}

function checked(source: unknown): void {
  const parsed = continueFromSchema.safeParse(source);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const place = issue?.path[0] === "start" || issue?.path[0] === "end" ? `-${issue.path[0]}` : "";
  throw new CommandError(`--continue${place} ${issue?.message ?? "is not valid"}`, exitCodes.usage);
}

/** An id as it is; a file as its upload. */
async function sent(
  cli: Cli,
  client: ApiClient,
  { source }: Continuation,
  uploadKey: string | undefined,
): Promise<ContinueFrom> {
  if (source.kind === "named") return source.from;
  const { name, sha256, bytes } = source;
  const { clock, signal } = cli.around;
  const usual = `continue-${sha256}-${Math.floor(clock.nowMs() / usedAgainMs)}`;
  const upload = await client.createUpload(bytes.byteLength, uploadKey ?? usual, signal);
  await client.putUpload(upload, bytes, { signal });
  cli.say(`${name} is uploaded as ${upload.id}`);
  return { upload_id: upload.id };
}

function fileOf(path: string): Uint8Array<ArrayBuffer> {
  const refuse = (why: string): never => {
    throw new CommandError(`--continue ${path} ${why}; name an audio file, or an item's id`, exitCodes.usage);
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return refuse(found === undefined ? "does not exist" : "is no file");
  if (found.size === 0) return refuse("is empty");
  if (found.size > limits.continuedBytes) return refuse(`is larger than ${limits.continuedBytes} bytes`);
  const bytes = new Uint8Array(readFileSync(path));
  // What else it may be is known by the engine alone, after a machine has begun.
  return isText(bytes) ? refuse("is a text") : bytes;
}

/** Every audio file has bytes near its beginning that no text has. */
const isText = (bytes: Uint8Array): boolean =>
  !bytes.subarray(0, 512).some((byte) => byte < 9 || byte === 127);
