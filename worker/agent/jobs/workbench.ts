import type { ControlRecord } from "../../../shared/contract/records/batch-records.ts";
import type { EngineEvent, EngineReady } from "../../../shared/contract/engine-protocol.ts";
import type { BatchId, ItemId } from "../../../shared/contract/ids.ts";
import type { Clock, Log } from "../../../shared/ports.ts";
import type { EngineKeeper } from "../engine/engine-keeper.ts";
import { isOutsideFault } from "../flow/faults.ts";
import type { Tasks } from "../flow/tasks.ts";
import { removeSource } from "./source-files.ts";
import { admissible, inTurn } from "./admission.ts";
import type { Committer } from "./committer.ts";
import type { Job } from "./job.ts";
import { submitCommandOf } from "./submit-command.ts";
import type { Answer, Outcome } from "./outcome.ts";
import { cutShort, outcomeOf, outcomeOfDeath, outcomeOfWithdrawal } from "./outcome.ts";
import type { Reporter } from "./reporter.ts";
import type { Timesheet } from "./timesheet.ts";

/** Until an item is tried again whose attempt could not be ended, because S3 or SQS did not answer. */
const afterFaultSeconds = 15;

/**
 * The jobs of this worker. Each is in one of three places: it waits for the engine, it is in the engine, or its
 * attempt is ending: being committed or released by the Committer.
 */
export class Workbench {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tasks: Tasks;
  readonly #reporter: Reporter;
  readonly #committer: Committer;
  readonly #engine: EngineKeeper;
  readonly #timesheet: Timesheet;
  /** Called when a job came or ended. */
  readonly #changed: () => void;
  #waiting: Job[] = [];
  readonly #inEngine = new Map<ItemId, Job>();
  readonly #ending = new Set<Job>();
  /** Items that were in the engine when it died. Each is made alone until it is done. */
  readonly #suspects = new Set<ItemId>();

  constructor(
    ports: { readonly clock: Clock; readonly log: Log },
    parts: {
      readonly tasks: Tasks;
      readonly reporter: Reporter;
      readonly committer: Committer;
      readonly engine: EngineKeeper;
      readonly timesheet: Timesheet;
      readonly changed: () => void;
    },
  ) {
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#tasks = parts.tasks;
    this.#reporter = parts.reporter;
    this.#committer = parts.committer;
    this.#engine = parts.engine;
    this.#timesheet = parts.timesheet;
    this.#changed = parts.changed;
  }

  /** Jobs that wait for the engine or are in it. */
  get unanswered(): number {
    return this.#waiting.length + this.#inEngine.size;
  }

  get isEmpty(): boolean {
    return this.unanswered === 0 && this.#ending.size === 0;
  }

  /** The job on this item, wherever it is. */
  find(itemId: ItemId): Job | undefined {
    return [...this.#waiting, ...this.#inEngine.values(), ...this.#ending].find(
      (job) => job.itemId === itemId,
    );
  }

  batches(): ReadonlySet<BatchId> {
    return new Set([...this.#waiting, ...this.#inEngine.values()].map((job) => job.message.batch_id));
  }

  accept(job: Job): void {
    const suspect = job.suspect || this.#suspects.has(job.itemId);
    this.#waiting = inTurn([...this.#waiting, { ...job, suspect }]);
    this.admit();
  }

  /** Submit to the ready engine what may enter it. */
  admit(): void {
    if (this.#engine.ready === null) return;
    const count = admissible(this.#waiting, [...this.#inEngine.values()]);
    for (const job of this.#waiting.splice(0, count)) this.#submit(job);
  }

  /** @param event what the engine says of a job */
  hear(event: EngineEvent, engine: EngineReady): void {
    switch (event.type) {
      case "ready":
      case "failed_to_start":
      case "stats":
        return;
      case "progress":
        this.#progressed(event.id, event.step, event.steps);
        return;
      case "done":
      case "checkpoint":
      case "failed":
        this.#answered(event, engine);
    }
  }

  /** @param isBlameless the whole worker is being ended from outside */
  engineDied(detail: string, isBlameless: boolean): void {
    const jobs = [...this.#inEngine.values()];
    const outcome = outcomeOfDeath(detail, jobs.length, isBlameless);
    for (const job of jobs) {
      if (!isBlameless) this.#suspects.add(job.itemId);
      this.#end(job, outcome);
    }
  }

  /** The owner canceled a batch. "drain": what the engine makes may finish; "abort": it stops too. */
  cancel(batchId: BatchId, how: NonNullable<ControlRecord["cancel"]>): void {
    this.#withdraw(
      "cancel",
      (job) => job.message.batch_id === batchId && (how === "abort" || job.progress === null),
    );
  }

  /** The owner canceled these items of a batch: they end at their next step. @param indices of the items */
  cancelItems(batchId: BatchId, indices: ReadonlySet<number>): void {
    this.#withdraw("cancel", ({ message }) => message.batch_id === batchId && indices.has(message.index));
  }

  /** Release what the engine has not begun. @param only of this batch; else of all */
  releaseUnbegun(only?: BatchId): void {
    this.#withdraw(
      "release",
      (job) => job.progress === null && (only === undefined || job.message.batch_id === only),
    );
  }

  /** Release everything, without waiting for the engine. */
  releaseAll(): void {
    for (const job of [...this.#waiting.splice(0), ...this.#inEngine.values()]) this.#end(job, cutShort);
  }

  #withdraw(wish: "cancel" | "release", concerns: (job: Job) => boolean): void {
    for (const job of this.#waiting.filter(concerns)) {
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      job.wish = wish;
      this.#end(job, outcomeOfWithdrawal(job));
    }
    for (const job of [...this.#inEngine.values()].filter(concerns)) {
      if (job.wish === "make") this.#engine.send({ type: "cancel", id: job.itemId });
      // A cancel stays: the item of a canceled batch is not released to another worker.
      if (job.wish !== "cancel") job.wish = wish;
    }
  }

  #submit(job: Job): void {
    this.#inEngine.set(job.itemId, job);
    this.#timesheet.begin(job.itemId, job.message.batch_id, this.#clock.nowMs());
    this.#engine.send(submitCommandOf(job));
  }

  #progressed(id: string, step: number, steps: number): void {
    const job = this.#inEngine.get(id as ItemId);
    if (job === undefined) return;
    if (job.progress === null) this.#reporter.started(job, steps);
    else this.#reporter.advanced(job, step, steps);
    job.progress = { from: job.progress?.from ?? step, step, steps };
  }

  #answered(answer: Answer, engine: EngineReady): void {
    const job = this.#inEngine.get(answer.id as ItemId);
    if (job === undefined) {
      this.#log.error("the engine answered for an item that it was not given", { answer });
      return;
    }
    if (answer.type === "done") this.#suspects.delete(job.itemId);
    this.#end(job, outcomeOf(job, answer, engine));
  }

  #end(job: Job, outcome: Outcome): void {
    this.#inEngine.delete(job.itemId);
    job.gpuSeconds = this.#timesheet.end(job.itemId, this.#clock.nowMs());
    this.#ending.add(job);
    const ended = this.#concludeOrRelease(job, outcome).finally(() => {
      removeSource(job.sourcePath);
      this.#ending.delete(job);
      this.#changed();
    });
    void this.#tasks.watch("release an item", ended);
    this.admit();
    this.#changed();
  }

  async #concludeOrRelease(job: Job, outcome: Outcome): Promise<void> {
    try {
      await this.#committer.conclude(job, outcome);
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      this.#log.error("could not end an attempt; its item goes back to the queue", {
        item: job.itemId,
        error,
      });
      // No attempt is spent: the store or the queue failed, not the item.
      await this.#reporter.release(job, "failed", afterFaultSeconds);
    }
  }
}
