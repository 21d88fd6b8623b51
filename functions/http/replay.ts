/**
 * `Idempotency-Key` for POSTs that leave nothing behind but their answer: the answer is kept and repeated. A submit
 * works differently (shared/batch/submit/idempotency.ts): there the batch is found again, so that a submit that was cut
 * off is finished.
 */
import {
  keptAnswerSchema,
  idempotencyRecordSchema,
  type IdempotencyRecord,
  type KeptAnswer,
} from "../../shared/contract/records/batch-records.ts";
import { indexKeys } from "../../shared/contract/records/keys.ts";
import type { RouteKey } from "../../shared/contract/api/routes.ts";
import { StoreError, type Log, type ObjectStore } from "../../shared/ports.ts";
import { updateRecord, type RecordPorts } from "../../shared/records/records.ts";
import type { ApiRequest, Handler, Route } from "./api.ts";
import { readIdempotency, sha256 } from "./idempotency.ts";
import type { NotFound } from "./read/visible-batch.ts";
import { inProgress, keyReused, type ApiResponse } from "./responses.ts";

export interface ReplayPorts extends RecordPorts {
  readonly log: Log;
}
type Reservation =
  | { readonly kind: "reserved"; readonly record: KeptAnswer; readonly key: string }
  | { readonly kind: "answered"; readonly response: ApiResponse };

/** An earlier request that is older than this has ended, answered or not: the function's time limit is shorter. */
const requestLimitMs = 30_000;

/** Finds what the request is about, if the caller may see it. */
type Lookup = (store: ObjectStore, request: ApiRequest) => Promise<{ readonly kind: "found" } | NotFound>;

/**
 * Wraps handlers: if an accepted request comes again with its key, it gets the same answer.
 * @param subjectOf what the answers show: a repeat is not found when that was deleted since
 */
export function replaying<H extends Partial<Handlers>>(
  ports: ReplayPorts,
  handlers: H,
  subjectOf?: Lookup,
): H {
  const wrapped = Object.entries(handlers as Readonly<Record<string, AnyHandler>>).map(
    ([route, handle]) => [route, replayed(ports, route, handle, subjectOf)] as const,
  );
  // Each wrapped handler takes the same request and gives the same kind of answer as before.
  return Object.fromEntries(wrapped) as unknown as H;
}

type Handlers = { readonly [K in RouteKey]: Handler<K> };
type AnyHandler = Route["handle"];

const replayed =
  (ports: ReplayPorts, route: string, handle: AnyHandler, subjectOf: Lookup | undefined): AnyHandler =>
  async (request) => {
    const read = readIdempotency(request);
    if (read.kind === "refused") return read.response;
    if (read.idempotency === null) return handle(request);
    const requestSha256 = sha256(JSON.stringify([route, request.params, request.query, request.bodyText]));
    const reservation = await reserveKey(ports, request, read.idempotency.keySha256, requestSha256);
    // Without the store no answer can be kept, and a stop must not wait for the store.
    if (reservation === null) return handle(request);
    if (reservation.kind === "answered") {
      const subject = await subjectOf?.(ports.store, request);
      return subject?.kind === "not_found" ? subject.response : reservation.response;
    }
    const response = await handle(request).catch(async (error: unknown) => {
      await keep(ports, reservation, { state: "refused", answer: null });
      throw error;
    });
    await keep(ports, reservation, accepted(response));
    return response;
  };

/** A refused request did nothing, so its key is free again. */
function accepted(response: ApiResponse): Pick<KeptAnswer, "state" | "answer"> {
  const { status, headers = {}, body, repeatedBody = body } = response;
  return status < 300
    ? { state: "answered", answer: { status, headers: { ...headers }, body: repeatedBody } }
    : { state: "refused", answer: null };
}

/** @returns null when the store does not answer */
async function reserveKey(
  ports: ReplayPorts,
  { caller }: Pick<ApiRequest, "caller">,
  keySha256: string,
  requestSha256: string,
): Promise<Reservation | null> {
  const nowMs = ports.clock.nowMs();
  const own: KeptAnswer = {
    v: 1,
    request_sha256: requestSha256,
    at: new Date(nowMs).toISOString(),
    nonce: ports.random.ulid(nowMs),
    state: "running",
    answer: null,
  };
  const key = indexKeys.idempotency(caller.owner, keySha256);
  const isFree = (current: IdempotencyRecord): boolean =>
    "request_sha256" in current && (current.state === "refused" || isAbandoned(current, own));
  try {
    const stored = await updateRecord(ports, key, idempotencyRecordSchema, (current) =>
      current === null || isFree(current) ? own : null,
    );
    return reservationOf(stored ?? own, own, key);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    ports.log.warn("could not look up an Idempotency-Key; serving the request without it", { error });
    return null;
  }
}

const isAbandoned = (current: KeptAnswer, own: KeptAnswer): boolean =>
  current.state === "running" &&
  current.request_sha256 === own.request_sha256 &&
  Date.parse(own.at) - Date.parse(current.at) >= requestLimitMs;

function reservationOf(stored: IdempotencyRecord, own: KeptAnswer, key: string): Reservation {
  if (!("request_sha256" in stored) || stored.request_sha256 !== own.request_sha256)
    return { kind: "answered", response: keyReused() };
  if (stored.nonce === own.nonce) return { kind: "reserved", record: own, key };
  if (stored.answer === null) return { kind: "answered", response: inProgress() };
  const { status, headers, body } = stored.answer;
  return {
    kind: "answered",
    response: { status, headers: { ...headers, "idempotency-replayed": "true" }, body },
  };
}

/** The request is done, so it is answered even if the answer cannot be kept. */
async function keep(
  ports: ReplayPorts,
  { record, key }: Extract<Reservation, { kind: "reserved" }>,
  outcome: Pick<KeptAnswer, "state" | "answer">,
): Promise<void> {
  try {
    await updateRecord(ports, key, keptAnswerSchema, (current) =>
      current?.nonce === record.nonce ? { ...record, ...outcome } : null,
    );
  } catch (error) {
    ports.log.warn(
      "could not keep the answer to a request; a repeat with its Idempotency-Key may run it again",
      { error },
    );
  }
}
