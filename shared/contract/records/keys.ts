/** Where each record lives in the bucket. The only place that spells a key. */
import {
  auditIdSchema,
  batchTimeMs,
  instanceIdSchema,
  deliveryIdSchema,
  type AuditId,
  type BatchId,
  type DeliveryId,
  type InstanceId,
  type IntentId,
  type KeyId,
  type StopId,
  type UploadId,
  type WebhookId,
} from "../ids.ts";

/** Items are stored, and manifests written, in chunks of this many. */
export const itemsPerChunk = 1000;
export const chunkOf = (index: number): number => Math.floor(index / itemsPerChunk);

/** Listing is in ascending key order, so the newest comes first when time counts down. */
const invertedTime = (timeMs: number): string => String(9_999_999_999_999 - timeMs).padStart(13, "0");

export const batchKeys = {
  prefix: (id: BatchId) => `batches/${id}/`,
  batch: (id: BatchId) => `batches/${id}/batch.json`,
  items: (id: BatchId, chunk: number) => `batches/${id}/items/${chunk}.jsonl`,
  progress: (id: BatchId) => `batches/${id}/progress.json`,
  control: (id: BatchId) => `batches/${id}/control.json`,
  completed: (id: BatchId) => `batches/${id}/completed.json`,
  itemsPrefix: (id: BatchId) => `batches/${id}/items/`,
  manifestPrefix: (id: BatchId) => `batches/${id}/manifest/`,
  attemptsPrefix: (id: BatchId) => `batches/${id}/attempts/`,
  manifest: (id: BatchId, chunk: number) => `batches/${id}/manifest/${chunk}.jsonl`,
  results: (id: BatchId) => `batches/${id}/results/`,
  result: (id: BatchId, index: number) => `batches/${id}/results/${String(index).padStart(6, "0")}.json`,
  attempts: (id: BatchId, index: number) => `batches/${id}/attempts/${index}.json`,
  audio: (id: BatchId, index: number, attempt: number, extension: string) =>
    `batches/${id}/audio/${index}-${attempt}.${extension}`,
  /** What clips of the batch continue. @param source the id of an item or an upload */
  source: (id: BatchId, source: string) => `batches/${id}/sources/${source}`,
  sourcesPrefix: (id: BatchId) => `batches/${id}/sources/`,
  audioPrefix: (id: BatchId) => `batches/${id}/audio/`,
  checkpointsPrefix: (id: BatchId) => `batches/${id}/checkpoints/`,
  checkpoint: (id: BatchId, index: number) => `batches/${id}/checkpoints/${index}`,
  receipt: (id: BatchId) => `batches/${id}/receipt.json`,
  expansion: (id: BatchId) => `batches/${id}/expand.json`,
  itemReceipts: (id: BatchId, chunk: number) => `batches/${id}/receipts/${chunk}.jsonl`,
} as const;

/** The index of a result from its key; the inverse of `batchKeys.result`. */
export const resultIndexOf = (key: string): number => Number(/\/results\/(\d+)\.json$/.exec(key)?.[1]);

export const indexKeys = {
  /** Newest first. The owner is part of the key, so that a caller's list reads only their own. */
  newestFirst: (owner: string, id: BatchId) => `index/${owner}/${invertedTime(batchTimeMs(id))}-${id}`,
  owner: (owner: string) => `index/${owner}/`,
  activePrefix: "active/",
  active: (id: BatchId) => `active/${id}`,
  /** Beside the open batches, so that one LIST a minute finds both. */
  receiptDuePrefix: "active/receipt-due/",
  /** @param cause what left the reminder: the end of the batch, or the closed account of a machine that served it */
  receiptDue: (id: BatchId, cause: "end" | InstanceId) => `active/receipt-due/${id}/${cause}`,
  /** Beside them too: batches whose clips and records are to be erased. */
  deletedPrefix: "active/deleted/",
  deleted: (id: BatchId) => `active/deleted/${id}`,
  retainedPrefix: "retained/",
  /** In the order in which they are due. */
  retained: (dueMs: number, id: BatchId) => `retained/${String(dueMs).padStart(13, "0")}-${id}`,
  idempotency: (owner: string, sha256: string) => `idempotency/${owner}/${sha256}`,
  apiKeysPrefix: "keys/",
  apiKey: (sha256: string) => `keys/${sha256}`,
  /** How the record's key begins; no other key's does. */
  apiKeyOf: (id: KeyId) => `keys/${id.slice("key_".length)}`,
} as const;

export const uploadKeys = {
  record: (id: UploadId) => `uploads/${id}.json`,
  file: (id: UploadId) => `uploads/${id}.jsonl`,
} as const;

export const webhookKeys = {
  endpointsPrefix: "webhooks/endpoints/",
  endpoints: (owner: string) => `webhooks/endpoints/${owner}.json`,
  /** The inverse of `endpoints`. */
  ownerOf: (key: string) => key.slice("webhooks/endpoints/".length, -".json".length),
  secrets: (owner: string, id: WebhookId) => `webhooks/secrets/${owner}/${id}.json`,
  slow: (owner: string, id: WebhookId) => `webhooks/slow/${owner}/${id}.json`,
  deliveriesOf: (owner: string, id: WebhookId) => `webhooks/deliveries/${owner}/${id}/`,
  delivery: (owner: string, id: WebhookId, delivery: DeliveryId) =>
    `webhooks/deliveries/${owner}/${id}/${delivery}.json`,
  /** An event of the whole stage was sent to everyone who wants it. */
  told: (eventId: string) => `webhooks/told/${eventId}`,
} as const;

/** @param ulid of that time */
export const deliveryIdOf = (timeMs: number, ulid: string): DeliveryId =>
  deliveryIdSchema.parse(`${invertedTime(timeMs)}-${ulid}`);

/** @param ulid of that time */
export const auditIdOf = (timeMs: number, ulid: string): AuditId =>
  auditIdSchema.parse(`${invertedTime(timeMs)}-${ulid}`);

export const auditKeys = {
  prefix: "audit/",
  /** Whose key it was is part of the name, as the action is: a list is filtered without a read. Null: AWS credentials. */
  record: (id: AuditId, action: string, owner: string | null) =>
    `audit/${id}/${action}${owner === null ? "" : `/${owner}`}.json`,
  /** The inverse of `record`; null for a key of another kind. */
  partsOf: (key: string): AuditKeyParts | null => {
    const [, id, action = "", owner = null] = auditKey.exec(key) ?? [];
    return id === undefined ? null : { id: auditIdSchema.parse(id), action, owner };
  },
  /** Sorts after the record and before the next one. */
  after: (id: AuditId) => `audit/${id}~`,
  /** Sorts before all that was done at this time or earlier. */
  until: (timeMs: number) => `audit/${invertedTime(timeMs)}-`,
} as const;
interface AuditKeyParts {
  readonly id: AuditId;
  readonly action: string;
  readonly owner: string | null;
}
const auditKey = /^audit\/(\d{13}-[0-9A-HJKMNP-TV-Z]{26})\/([a-z.]+?)(?:\/([A-Za-z0-9._-]{1,64}))?\.json$/;

export const reuseKeys = {
  clip: (sha256: string) => `reuse/${sha256}`,
  maker: (model: string) => `reuse/makers/${model}.json`,
  counted: (what: string, day: string) => `reuse/${what}/${day}.json`,
} as const;

/** The requests that wait for a change of a batch. */
export const waitsKey = "waits.json";

export const fleetKeys = {
  latch: "fleet/latch.json",
  stopsPrefix: "fleet/stops/",
  stop: (id: StopId) => `fleet/stops/${id}.json`,
  intentsPrefix: "fleet/intents/",
  intent: (id: IntentId) => `fleet/intents/${id}.json`,
  workersPrefix: "fleet/workers/",
  worker: (id: InstanceId) => `fleet/workers/${id}.json`,
  /** The inverse of `worker`; null for a key of another kind. */
  workerIdOf: (key: string): InstanceId | null => {
    const id = instanceIdSchema.safeParse(/^fleet\/workers\/(.+)\.json$/.exec(key)?.[1]);
    return id.success ? id.data : null;
  },
  drainsPrefix: "fleet/drains/",
  drain: (id: InstanceId) => `fleet/drains/${id}.json`,
  /** What a machine of an image that is not ours told of its first boot: an object a phase. */
  bootstrapsOf: (id: InstanceId) => `fleet/bootstraps/${id}/`,
  pools: "fleet/pools.json",
  reaperMarks: "fleet/reaper-marks.json",
  measures: "fleet/measures.json",
  snapshot: "fleet/snapshot.json",
  decisionsPrefix: "fleet/decisions/",
  decision: (timeMs: number, nonce: string) => `fleet/decisions/${invertedTime(timeMs)}-${nonce}.json`,
  ledgerPrefix: "fleet/ledger/",
  /** @param day `YYYY-MM-DD`, UTC */
  ledger: (day: string) => `fleet/ledger/${day}.json`,
} as const;
