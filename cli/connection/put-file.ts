/** Sends a file to a signed URL, piece by piece, so that a person sees how far it is. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { UploadView } from "../../shared/contract/api/api.ts";

export interface PutOptions {
  /** Called after each piece with the bytes that are sent so far. */
  readonly onSent?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** However long a file takes, the connection is not silent for this long. */
const silenceMs = 120_000;
const pieceBytes = 256 * 1024;

/** @throws when there is no answer. It may come before all is sent: then the rest is not. */
export async function putFile(
  { url, method, headers }: Pick<UploadView, "url" | "method" | "headers">,
  body: Uint8Array,
  { onSent, signal }: PutOptions = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const send = new URL(url).protocol === "https:" ? httpsRequest : httpRequest;
  const sending = send(url, {
    method,
    headers: { ...headers, "content-length": body.byteLength },
    timeout: silenceMs,
    ...(signal !== undefined && { signal }),
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.on("response", resolve).on("error", reject);
  });
  sending.on("timeout", () => {
    sending.destroy(new Error(`no byte was sent or answered for ${silenceMs / 1000} s`));
  });
  Readable.from(piecesOf(body, onSent)).pipe(sending);
  const answer = await answered;
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

/** The next piece is asked for when the one before it has left. */
function* piecesOf(body: Uint8Array, onSent: PutOptions["onSent"]): Generator<Uint8Array> {
  for (let from = 0; from < body.byteLength; from += pieceBytes) {
    yield body.subarray(from, from + pieceBytes);
    onSent?.(Math.min(from + pieceBytes, body.byteLength));
  }
}
