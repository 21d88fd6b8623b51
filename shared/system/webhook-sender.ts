/**
 * Sends webhooks over https. The addresses of a host are looked up at the moment of the connection, checked, and handed
 * to the socket as they were checked: a name that was public at its registration and leads elsewhere now is refused.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { addressesFault, urlFault } from "../webhooks/receiver.ts";
import { retryAfterMs } from "../webhooks/retry-after.ts";
import type { PostOutcome, Resolve, WebhookPost, WebhookSender } from "../webhooks/webhook-ports.ts";
import { resolveHost } from "./resolve-host.ts";

/** From the look-up of the name to the last byte of the answer. */
const attemptMs = 15_000;
const mostAnswerBytes = 16 * 1024;

export interface SenderOptions {
  /** Plain http and private addresses too. */
  readonly insecure: boolean;
  readonly resolve?: Resolve;
  readonly limitMs?: number;
}

export const webhookSender = (options: SenderOptions): WebhookSender => ({
  post: (post) => sendOnce(post, options),
});

async function sendOnce(
  { url: text, headers, body }: WebhookPost,
  { insecure, resolve = resolveHost, limitMs = attemptMs }: SenderOptions,
): Promise<PostOutcome> {
  const url = new URL(text);
  const fault = insecure ? null : urlFault(url);
  if (fault !== null) return { kind: "failed", detail: `not sent: the address ${fault}` };
  const over = AbortSignal.timeout(limitMs);
  try {
    const answer = await answerTo(url, body, {
      method: "POST",
      headers: {
        ...headers,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "musicgen-batch-webhooks/1",
      },
      // A connection for each attempt: one that is kept open would skip the check of its address.
      agent: false,
      lookup: checkedLookup(resolve, insecure),
      signal: over,
    });
    const { statusCode: status = 0, headers: told } = answer;
    const waitMs = retryAfterMs(status, told);
    return { kind: "answered", status, body: await beginningOf(answer), retryAfterMs: waitMs };
  } catch (error) {
    return over.aborted
      ? { kind: "timed_out", detail: `no whole answer within ${limitMs / 1000} s` }
      : { kind: "failed", detail: `no answer: ${inWords(error)}` };
  }
}

function answerTo(url: URL, body: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    send(url, options, resolve).on("error", reject).end(body);
  });
}

/** Reads no more than it keeps; then the connection is closed. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostAnswerBytes).toString("utf8");
}

/** The socket connects to one of the addresses that this answers, and asks nobody else. */
const checkedLookup =
  (resolve: Resolve, insecure: boolean): LookupFunction =>
  (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const fault = insecure ? null : addressesFault(addresses);
        const [first = ""] = addresses;
        if (fault !== null) callback(new Error(`the host ${host} ${fault}`), "", 4);
        else if (options.all === true)
          callback(
            null,
            addresses.map((address) => ({ address, family: familyOf(address) })),
          );
        else callback(null, first, familyOf(first));
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), "", 4);
      },
    );
  };

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

/** Of several addresses each has an error of its own. */
function inWords(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(inWords).join("; ");
  return error instanceof Error ? error.message : String(error);
}
