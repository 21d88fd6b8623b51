import { rmSync } from "node:fs";
import { join, parse } from "node:path";
import type { AttemptsRecord, ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import type { EngineCheckpoint, EngineDone, EngineReady } from "../../../shared/contract/engine-protocol.ts";
import { addFailure, addInterruption, lastWord } from "../../../shared/batch/progress/attempts.ts";
import { resultWithoutAudio } from "../../../shared/batch/progress/result-without-audio.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import type { ItemEvent, JobMessage } from "../../../shared/contract/messages.ts";
import type { ReceiptHandle } from "../../../shared/ports.ts";
import { Batcher } from "../queue/batcher.ts";
import type { Held, Job } from "./job.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import { Outbox } from "../queue/outbox.ts";
import type { AgentPorts, Identity, Lane, Settings } from "../ports.ts";
import { audioKeyOf, commitResult, succeeded } from "./results.ts";
import { persistently } from "../flow/retry.ts";
import { plus, type Spent } from "../../../shared/billing/engine-time.ts";
import { Tally } from "./tally.ts";
import type { Tasks } from "../flow/tasks.ts";

type ReleaseReason = Extract<ItemEvent, { type: "released" }>["reason"];

/** SQS takes ten receipts a request. */
const deletionsPerRequest = 10;
/** An item that failed is not tried again in the same breath. */
const afterFailureSeconds = 5;

const contentTypes = {
  wav: "audio/wav",
  flac: "audio/flac",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
} as const;

/**
 * How an attempt ends. Whatever is told to the world comes in one order: audio, commit, then the message is
 * deleted and `fold` is told; a crash between any two leaves a message that finds its result when it comes back.
 */
export class Settler {
  readonly tally = new Tally();
  readonly #ports: AgentPorts;
  readonly #identity: Identity;
  readonly #settings: Settings;
  readonly #leases: LeaseBook;
  readonly #tasks: Tasks;
  readonly #outbox: Outbox;
  readonly #deletions: Readonly<Record<Lane, Batcher<ReceiptHandle>>>;

  constructor(
    ports: AgentPorts,
    identity: Identity,
    settings: Settings,
    tools: { readonly leases: LeaseBook; readonly tasks: Tasks },
  ) {
    this.#ports = ports;
    this.#identity = identity;
    this.#settings = settings;
    this.#leases = tools.leases;
    this.#tasks = tools.tasks;
    const { clock, log } = ports;
    const common = { clock, log, tasks: tools.tasks };
    const unhurriedMs = settings.heartbeat_seconds * 1000;
    this.#outbox = new Outbox(ports.events, { ...common, unhurriedMs });
    const deletions = (lane: Lane): Batcher<ReceiptHandle> =>
      new Batcher<ReceiptHandle>({
        ...common,
        what: "delete messages",
        maxEntries: deletionsPerRequest,
        send: (receipts) => ports.jobs[lane].delete(receipts),
      });
    this.#deletions = { fast: deletions("fast"), standard: deletions("standard") };
  }

  started(job: Job, steps: number): void {
    this.#outbox.tell({ type: "started", ...this.#about(job), steps });
  }

  advanced(job: Job, step: number, steps: number): void {
    this.#outbox.tell({ type: "advanced", ...this.#about(job), step, steps });
  }

  /** The engine has made the clip: upload, commit, done with it. */
  async finish(job: Job, done: EngineDone, engine: EngineReady): Promise<void> {
    const { store } = this.#ports;
    const audioKey = audioKeyOf(job);
    const ours = succeeded(this.#ports, this.#identity.instanceId, job, done, engine);
    try {
      const contentType = contentTypes[job.message.parameters.output.format];
      await persistently(this.#ports, `upload ${audioKey}`, () =>
        store.putFile(audioKey, done.path, contentType),
      );
      const stored = await this.conclude(job.held, ours);
      if (stored.nonce === ours.nonce) this.tally.add(ours);
      else await this.#tidy(audioKey);
    } finally {
      removeClip(done.path);
    }
    if (job.interruptions > 0) await this.#forgetCheckpoint(job);
  }

  /** The item ends without audio: for good, as its commit decides. */
  async end(job: Job, outcome: "failed" | "canceled", error: ResultRecord["error"]): Promise<void> {
    const result = resultWithoutAudio(this.#ports, job.message, {
      instanceId: this.#identity.instanceId,
      outcome,
      error,
    });
    const { attempt, interruptions, interruptedSteps: steps } = job;
    const spent = plus(job.spent, this.#took(job));
    await this.conclude(job.held, { ...result, attempt, interruptions, steps, spent });
    if (interruptions > 0) await this.#forgetCheckpoint(job);
  }

  /** The attempt failed in a way that another may not: counted, and tried again until there were too many. */
  async fail(job: Job, code: string, detail: string): Promise<void> {
    const at = this.#nowIso();
    if (job.resumePath !== null) await this.#forgetCheckpoint(job);
    const own = this.#took(job);
    const past = await addFailure(this.#ports, job.message, { at, code, detail }, { own });
    const fields = { item: job.itemId, code, detail, failures: past.failures.length };
    this.#ports.log.warn("an attempt failed", fields);
    const error = lastWord(past, this.#settings);
    if (error === null) await this.giveBack(job, "failed", afterFailureSeconds);
    else await this.end(job, "failed", error);
  }

  /**
   * The attempt was cut short, through no fault of the item: given back at once, and no attempt is spent.
   * @param left what the engine left of it; null: it could not say
   */
  async interrupt(job: Job, left: EngineCheckpoint | null): Promise<void> {
    const { batch_id: batchId, index } = job.message;
    if (left !== null && left.path !== null) {
      const key = batchKeys.checkpoint(batchId, index);
      if (left.step > 0) await this.#ports.store.putFile(key, left.path, "application/octet-stream");
      rmSync(left.path, { force: true });
    }
    const made = { steps: left?.steps ?? stepsTold(job), own: this.#took(job) };
    const past = await addInterruption(this.#ports, job.message, made);
    const error = lastWord(past, this.#settings);
    if (error === null) await this.giveBack(job, "interrupted", 0);
    else await this.end(counted(job, past), "failed", error);
  }

  /** @param seconds until someone may have the message */
  async giveBack(job: Job, reason: ReleaseReason, seconds: number): Promise<void> {
    if (job.progress !== null) this.#outbox.tell({ type: "released", ...this.#about(job), reason });
    const { lane, receipt } = job.held;
    if (receipt === null) return;
    this.#leases.drop(receipt);
    await this.#ports.jobs[lane].extend([receipt], seconds);
  }

  /** Commit, then let go of the message. @returns what the item's result is: ours or an earlier one */
  async conclude(held: Held, result: ResultRecord): Promise<ResultRecord> {
    const stored = await persistently(this.#ports, `commit ${result.item_id}`, () =>
      commitResult(this.#ports.store, result),
    );
    this.dismiss(held, stored);
    return stored;
  }

  /** The item has this result: its message is needed no more. */
  dismiss(held: Held, result: ResultRecord): void {
    const { batch_id, index } = result;
    this.#outbox.tell({ type: "finished", batch_id, index, at: this.#nowIso(), result });
    this.#deleteMessage(held);
  }

  /** Its batch is held: the item waits outside the queue until that goes on. */
  setAside(held: Held, { batch_id, index }: Pick<JobMessage, "batch_id" | "index">): void {
    this.#outbox.tell({ type: "set_aside", batch_id, index, at: this.#nowIso() });
    this.#deleteMessage(held);
  }

  #deleteMessage(held: Held): void {
    if (held.receipt === null) return;
    this.#leases.drop(held.receipt);
    // A lease at a commit has a third of its visibility left at least: a sixth is waited here.
    const withinMs = Math.min(10_000, (this.#settings.visibility_seconds * 1000) / 6);
    this.#deletions[held.lane].add(held.receipt, withinMs);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#outbox.flush(), this.#deletions.fast.flush(), this.#deletions.standard.flush()]);
  }

  async #forgetCheckpoint(job: Job): Promise<void> {
    if (job.resumePath !== null) rmSync(job.resumePath, { force: true });
    await this.#tidy(batchKeys.checkpoint(job.message.batch_id, job.message.index));
  }

  /** Delete what nobody needs; if that fails the reconciler does it at the end of the batch. */
  #tidy(key: string): Promise<void> {
    return this.#tasks.watch(`delete ${key}`, this.#ports.store.delete(key));
  }

  #about(job: Job) {
    return {
      batch_id: job.message.batch_id,
      index: job.message.index,
      at: this.#nowIso(),
      instance_id: this.#identity.instanceId,
      attempt: job.attempt,
    };
  }

  #took({ gpuSeconds }: Job): Spent[number] {
    return { instance_id: this.#identity.instanceId, gpu_seconds: gpuSeconds };
  }

  #nowIso(): string {
    return new Date(this.#ports.clock.nowMs()).toISOString();
  }
}

/** Of an attempt whose engine is gone: at least so many, and they are lost. */
const stepsTold = ({ progress }: Job): number => (progress === null ? 0 : progress.step - progress.from);

/** With the attempt that has just been interrupted in it. */
const counted = (job: Job, { interruptions, interrupted_steps }: AttemptsRecord): Job => ({
  ...job,
  interruptions,
  interruptedSteps: interrupted_steps,
});

/** The audio, and the sidecar of the same name that the engine puts beside it: its content is in the result. */
function removeClip(path: string): void {
  const { dir, name } = parse(path);
  rmSync(path, { force: true });
  rmSync(join(dir, `${name}.json`), { force: true });
}
