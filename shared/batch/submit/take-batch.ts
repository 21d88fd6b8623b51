/** Takes a batch: stores it, sends its messages and wakes the launcher. */
import type { ModelConfig, StageConfig } from "../../config.ts";
import type { BatchRecord, ItemRecord } from "../../contract/records/batch-records.ts";
import { batchKeys, indexKeys, itemsPerChunk } from "../../contract/records/keys.ts";
import { microsIn, usdText } from "../../billing/money.ts";
import type { BatchId } from "../../contract/ids.ts";
import { latchIsClosed } from "../../interlock/latch.ts";
import type { Expander, JobQueues, LauncherTrigger, Log } from "../../ports.ts";
import { createRecord, createText, type RecordPorts } from "../../records/records.ts";
import { chooseWebhook, type WebhookChoice } from "../../webhooks/batch-webhook.ts";
import type { Resolve, TellPorts } from "../../webhooks/webhook-ports.ts";
import { checkActive, type TooManyActive } from "./active-limit.ts";
import { chunksOf, itemsForm, readItems } from "../progress/batch-files.ts";
import type { CheckedTerms } from "./check-request.ts";
import { reserveBatch, earlierSubmit, type Reservation, type Idempotency } from "./idempotency.ts";
import { itemsOf, type Clip } from "./clips.ts";
import { deliver, noteSent } from "../queue/deliver.ts";
import { foresee, totalsOf } from "./foresee.ts";
import { giveExisting } from "./give-existing.ts";
import { emptyProgress } from "../progress/progress.ts";
import { addToList } from "../progress/list-entry.ts";
import { takeUpload, type SubmittedUpload, type UploadUsed } from "../uploads/uploads.ts";
import { queuedMessages } from "../queue/queue-room.ts";
import { copySources, type Sources } from "./sources.ts";
import { beginExpansion } from "../uploads/expansion.ts";

const dayMs = 86_400_000;
/** A submit is answered within half a minute. What was not looked up by then is made. */
const giveForMs = 10_000;

export interface SubmitPorts extends RecordPorts, TellPorts {
  readonly jobQueues: JobQueues;
  readonly launcher: LauncherTrigger;
  readonly expander: Expander;
  readonly resolve: Resolve;
  readonly log: Log;
}
/** Who asks, and with which `Idempotency-Key`. */
export interface Asked {
  readonly caller: string;
  readonly idempotency: Idempotency | null;
}
/** The items of a batch: at hand, or in an upload whose lines are not checked yet. */
export type Contents =
  | {
      readonly kind: "listed";
      readonly clips: readonly Clip[];
      readonly audioSeconds: number;
      readonly sources: Sources;
    }
  | ({ readonly kind: "uploaded" } & SubmittedUpload);
/** A batch that passed the checks, before its seeds are drawn. */
export interface Draft extends CheckedTerms {
  readonly owner: string;
  readonly contents: Contents;
  /** The batch whose items these are, if this is a retry. */
  readonly retryOf: BatchId | null;
}
/** The batch, or `R`: why it is refused. */
export type DraftOr<R> = { readonly draft: Draft } | { readonly refusal: R };
export type TakeResult =
  | { readonly kind: "accepted"; readonly batch: BatchRecord }
  /** The same `Idempotency-Key` and body were used before: this is that batch. */
  | { readonly kind: "replayed"; readonly batch: BatchRecord }
  | { readonly kind: "deleted" }
  | { readonly kind: "key_reused" }
  | { readonly kind: "in_progress" }
  | { readonly kind: "stopped" }
  | { readonly kind: "queue_full"; readonly queued: number; readonly limit: number }
  | UploadUsed
  | TooManyActive
  | Exclude<WebhookChoice, { readonly kind: "chosen" }>;

/** What a batch says of its items while its upload is not checked. */
export const beforeExpansion = { total: 0, audio_seconds: 0, estimate: null, input_errors: null } as const;

/** Takes a batch, either whole or not at all. */
export async function takeBatch<R>(
  { caller, idempotency }: Asked,
  drafted: () => Promise<DraftOr<R>>,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<TakeResult | R> {
  // Before all other checks: a batch that was accepted is answered as before, whatever limits hold now.
  const earlier = idempotency === null ? null : await earlierSubmit(ports, caller, idempotency);
  if (earlier !== null && earlier.kind !== "none" && earlier.kind !== "reserved") return earlier;
  const continued = earlier?.kind === "reserved" ? earlier : null;
  const asked = await drafted();
  if ("refusal" in asked) return asked.refusal;
  const { draft } = asked;
  const refusal = await refusalOf(draft, continued !== null, ports, settings);
  if (refusal !== null) return refusal;
  const choice = await chooseWebhook(draft.request.webhook, draft.owner, ports);
  if (choice.kind !== "chosen") return choice;
  const { webhook } = choice;
  const reservation = continued ?? (await reserveBatch(ports, caller, idempotency));
  if (reservation.kind === "in_progress") return reservation;
  const { contents } = draft;
  switch (contents.kind) {
    case "listed":
      return takeListed({ draft, webhook, reservation }, contents, ports, settings);
    case "uploaded":
      return takeUploaded({ draft, webhook, reservation }, contents, ports, settings);
  }
}

/** Why the service takes no such batch now; null: it does. @param isContinued a part of it is stored already */
async function refusalOf(
  { contents, owner }: Draft,
  isContinued: boolean,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<Extract<TakeResult, { kind: "stopped" | "queue_full" | "too_many_active" }> | null> {
  if (await latchIsClosed(ports.store)) return { kind: "stopped" };
  const limit = settings.limits.queued_items;
  // How many items an upload has is not known yet. They are sent as the queue has room for them.
  const added = contents.kind === "listed" ? contents.clips.length : 1;
  const queued = await queuedMessages(ports, settings, limit - added);
  if (queued + added > limit) return { kind: "queue_full", queued, limit };
  // A batch whose submit is continued already counts as active.
  return isContinued ? null : checkActive(ports.store, owner, settings.limits);
}

/** A draft that nothing refuses, and the id that is kept for it. */
interface Admitted {
  readonly draft: Draft;
  readonly webhook: BatchRecord["webhook"];
  readonly reservation: Reservation;
}

async function takeListed(
  { draft, webhook, reservation }: Admitted,
  contents: Extract<Contents, { kind: "listed" }>,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<TakeResult> {
  const estimate = await foresee(draft, totalsOf(contents, contents.sources), ports.store, settings);
  const { clips, audioSeconds } = contents;
  const counted = { total: clips.length, audio_seconds: audioSeconds };
  const found = { ...counted, estimate, input_errors: null, upload_id: null, webhook };
  const batch = batchRecord(draft, reservation, found, settings);
  await copySources(ports, batch.id, contents.sources);
  const items = await writeBatch(ports, batch, itemsOf(clips, ports.random));
  await announce(ports, batch, draft.model, items);
  return { kind: "accepted", batch };
}

async function takeUploaded(
  { draft, webhook, reservation }: Admitted,
  contents: Extract<Contents, { kind: "uploaded" }>,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<TakeResult> {
  const { upload } = contents;
  const taken = await takeUpload(ports, upload.id, reservation.batchId);
  if (taken.kind !== "taken") return taken;
  const found = { ...beforeExpansion, upload_id: upload.id, webhook };
  const batch = batchRecord(draft, reservation, found, settings);
  await beginExpansion(ports.store, batch.id, contents);
  await writeBatch(ports, batch, []);
  await startExpansion(ports, batch);
  return { kind: "accepted", batch };
}

function batchRecord(
  { request, model, speed, owner, retryOf }: Draft,
  { batchId, submittedAt }: Reservation,
  found: Pick<BatchRecord, "total" | "audio_seconds" | "estimate" | "input_errors" | "upload_id" | "webhook">,
  settings: StageConfig,
): BatchRecord {
  const after = (seconds: number): string => new Date(Date.parse(submittedAt) + seconds * 1000).toISOString();
  return {
    v: 1,
    id: batchId,
    owner,
    retry_of: retryOf,
    name: request.name ?? null,
    model: model.id,
    speed,
    priority: request.priority ?? "normal",
    ...found,
    submitted_at: submittedAt,
    deadline_at: after(settings.speeds[speed].target_seconds),
    expires_at: request.expires_in_seconds === undefined ? null : after(request.expires_in_seconds),
    max_cost_usd: request.max_cost_usd === undefined ? null : usdText(microsIn(request.max_cost_usd)),
    metadata: request.metadata ?? {},
    retain_days: request.retain_days ?? null,
    deleted_at: null,
  };
}

/**
 * `batch.json` is written last. With it the batch exists, and the reconciler has all that it needs to finish the rest.
 * Without it there is no batch, and its reminder under `active/` is removed later. A submit that is continued keeps what
 * is already written, above all the seeds.
 * @returns the items as stored
 */
async function writeBatch(
  { store }: RecordPorts,
  batch: BatchRecord,
  drawn: readonly ItemRecord[],
): Promise<readonly ItemRecord[]> {
  await createRecord(store, indexKeys.active(batch.id), {});
  await addToList(store, batch);
  const submittedMs = Date.parse(batch.submitted_at);
  if (batch.retain_days !== null)
    await createRecord(store, indexKeys.retained(submittedMs + batch.retain_days * dayMs, batch.id), {});
  const items: ItemRecord[] = [];
  for (const chunk of chunksOf(batch.total)) {
    const own = drawn.slice(chunk * itemsPerChunk, (chunk + 1) * itemsPerChunk);
    const body = itemsForm(batch.id, chunk).print(own);
    const outcome = await createText(store, batchKeys.items(batch.id, chunk), body);
    items.push(...(outcome.kind === "written" ? own : await readItems(store, batch.id, chunk)));
  }
  await createRecord(store, batchKeys.progress(batch.id), emptyProgress(batch.id, batch.total));
  await createRecord(store, batchKeys.batch(batch.id), batch);
  return items;
}

/** The batch already exists. If a step fails here, the reconciler and the schedule make up for it. */
async function announce(
  ports: SubmitPorts,
  batch: BatchRecord,
  model: ModelConfig,
  items: readonly ItemRecord[],
): Promise<void> {
  try {
    const left = await giveExisting(ports, batch, model, items, ports.clock.nowMs() + giveForMs);
    if (left.length === 0) return;
    await deliver(ports, batch, left, false);
    await noteSent(ports, emptyProgress(batch.id, batch.total), ports.clock.nowMs());
    await ports.launcher.trigger();
  } catch (error) {
    ports.log.error("a batch was stored but its messages were not sent; the reconciler will send them", {
      batchId: batch.id,
      error,
    });
  }
}

async function startExpansion(ports: SubmitPorts, batch: BatchRecord): Promise<void> {
  try {
    await ports.expander.expand(batch.id);
  } catch (error) {
    ports.log.error("a batch was stored but its upload is not expanded yet; the reconciler will see to it", {
      batchId: batch.id,
      error,
    });
  }
}
