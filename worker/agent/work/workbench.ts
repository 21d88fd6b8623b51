import type { ControlRecord } from "../../../shared/contract/records/batch-records.ts";
import type { EngineEvent, EngineReady } from "../../../shared/contract/engine-protocol.ts";
import type { BatchId, ItemId } from "../../../shared/contract/ids.ts";
import type { Clock, Log } from "../../../shared/ports.ts";
import { admissible, inTurn } from "./admission.ts";
import type { EngineKeeper } from "../engine/engine-keeper.ts";
import { isOutsideFault } from "../flow/faults.ts";
import type { Job } from "./job.ts";
import { engineDiedCode } from "./job.ts";
import type { Settler } from "./settler.ts";
import type { Tasks } from "../flow/tasks.ts";
import type { Timesheet } from "./timesheet.ts";

/** For an attempt that could not be brought to its end because S3 or SQS did not answer. */
const afterFaultSeconds = 15;

type Answer = Exclude<EngineEvent, { type: "ready" | "failed_to_start" | "stats" | "progress" }>;

/**
 * The jobs of this worker that are still to be made. One waits until it is admitted to the engine, is in the
 * engine until that answers (or dies), and is then settled, which is the Settler's business.
 */
export class Workbench {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tasks: Tasks;
  readonly #settler: Settler;
  readonly #engine: EngineKeeper;
  readonly #timesheet: Timesheet;
  /** Called when there is room again, or nothing left. */
  readonly #changed: () => void;
  #waiting: Job[] = [];
  readonly #inEngine = new Map<ItemId, Job>();
  readonly #settling = new Set<Job>();
  /** In the engine together when it died: each is tried alone before it is trusted again. */
  readonly #suspects = new Set<ItemId>();

  constructor(
    ports: { readonly clock: Clock; readonly log: Log },
    parts: {
      readonly tasks: Tasks;
      readonly settler: Settler;
      readonly engine: EngineKeeper;
      readonly timesheet: Timesheet;
      readonly changed: () => void;
    },
  ) {
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#tasks = parts.tasks;
    this.#settler = parts.settler;
    this.#engine = parts.engine;
    this.#timesheet = parts.timesheet;
    this.#changed = parts.changed;
  }

  /** Jobs that the engine has not answered yet, those that wait included. */
  get unanswered(): number {
    return this.#waiting.length + this.#inEngine.size;
  }

  get isEmpty(): boolean {
    return this.unanswered === 0 && this.#settling.size === 0;
  }

  /** The job on this item, whatever stage it is in. */
  find(itemId: ItemId): Job | undefined {
    return [...this.#waiting, ...this.#inEngine.values(), ...this.#settling].find(
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

  /** Hand to the ready engine what may enter it. */
  admit(): void {
    if (this.#engine.ready === null) return;
    const count = admissible(this.#waiting, [...this.#inEngine.values()]);
    for (const job of this.#waiting.splice(0, count)) this.#submit(job);
  }

  /** What the engine says of a job. */
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

  /**
   * The engine died: what it held is given back. An item that was alone in it has failed; of several, nobody
   * knows whose fault it was.
   * @param isBlameless it was ended from outside, with the whole worker
   */
  engineDied(detail: string, isBlameless: boolean): void {
    const held = [...this.#inEngine.values()];
    const isFault = held.length === 1 && !isBlameless;
    for (const job of held) {
      if (!isBlameless) this.#suspects.add(job.itemId);
      this.#settle(job, () =>
        isFault ? this.#settler.fail(job, engineDiedCode, detail) : this.#settler.interrupt(job, null),
      );
    }
  }

  /** An owner canceled a batch. "drain" lets go on what runs; "abort" does not. */
  cancel(batchId: BatchId, how: NonNullable<ControlRecord["cancel"]>): void {
    this.#withdraw(
      "cancel",
      (job) => job.message.batch_id === batchId && (how === "abort" || job.progress === null),
    );
  }

  /** Give back what has not begun. @param only of that batch; else of all, for this worker takes no more */
  returnUnbegun(only?: BatchId): void {
    this.#withdraw(
      "return",
      (job) => job.progress === null && (only === undefined || job.message.batch_id === only),
    );
  }

  /** Give back everything, without hope for an answer. */
  returnAll(): void {
    for (const job of [...this.#waiting.splice(0), ...this.#inEngine.values()])
      this.#settle(job, () => this.#settler.interrupt(job, null));
  }

  #withdraw(wish: "cancel" | "return", concerns: (job: Job) => boolean): void {
    for (const job of this.#waiting.filter(concerns)) {
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      job.wish = wish;
      this.#settle(job, () => this.#unmake(job));
    }
    for (const job of [...this.#inEngine.values()].filter(concerns)) {
      if (job.wish === "make") this.#engine.send({ type: "cancel", id: job.itemId });
      // An owner's word outlives the wish to leave: a canceled item is never made elsewhere.
      if (job.wish !== "cancel") job.wish = wish;
    }
  }

  #submit(job: Job): void {
    this.#inEngine.set(job.itemId, job);
    this.#timesheet.begin(job.itemId, job.message.batch_id, this.#clock.nowMs());
    const { prompt, seed, parameters } = job.message;
    const resume = job.resumePath === null ? null : { path: job.resumePath };
    this.#engine.send({ type: "submit", id: job.itemId, prompt, seed, ...parameters, resume });
  }

  #progressed(id: string, step: number, steps: number): void {
    const job = this.#inEngine.get(id as ItemId);
    if (job === undefined) return;
    if (job.progress === null) this.#settler.started(job, steps);
    else this.#settler.advanced(job, step, steps);
    job.progress = { from: job.progress?.from ?? step, step, steps };
  }

  #answered(answer: Answer, engine: EngineReady): void {
    const job = this.#inEngine.get(answer.id as ItemId);
    if (job === undefined) {
      this.#log.error("the engine answered what was not asked", { answer });
      return;
    }
    this.#settle(job, () => this.#outcome(job, answer, engine));
  }

  #outcome(job: Job, answer: Answer, engine: EngineReady): Promise<void> {
    switch (answer.type) {
      case "done":
        this.#suspects.delete(job.itemId);
        return this.#settler.finish(job, answer, engine);
      case "checkpoint":
        // What had not begun was not interrupted.
        return answer.steps === 0 && job.progress === null
          ? this.#settler.giveBack(job, "leaving", 0)
          : this.#settler.interrupt(job, answer);
      case "failed":
        return this.#failed(job, answer);
    }
  }

  #failed(job: Job, { code, detail, retryable }: Extract<Answer, { type: "failed" }>): Promise<void> {
    if (code === "canceled") return this.#unmake(job);
    // What cannot go on from a checkpoint may still be made from the beginning.
    if (retryable || job.resumePath !== null) return this.#settler.fail(job, code, detail);
    const known = code === "bad_request" || code === "numeric" ? code : "engine_error";
    return this.#settler.end(job, "failed", { code: known, detail });
  }

  #unmake(job: Job): Promise<void> {
    return job.wish === "cancel"
      ? this.#settler.end(job, "canceled", null)
      : this.#settler.giveBack(job, "leaving", 0);
  }

  #settle(job: Job, work: () => Promise<void>): void {
    this.#inEngine.delete(job.itemId);
    job.gpuSeconds = this.#timesheet.end(job.itemId, this.#clock.nowMs());
    this.#settling.add(job);
    const settled = this.#settleOrReturn(job, work()).finally(() => {
      this.#settling.delete(job);
      this.#changed();
    });
    void this.#tasks.watch("give an item back", settled);
    this.admit();
    this.#changed();
  }

  async #settleOrReturn(job: Job, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      this.#log.error("could not bring an attempt to its end", { item: job.itemId, error });
      // No attempt is spent: it is the store or the queue that failed.
      await this.#settler.giveBack(job, "failed", afterFaultSeconds);
    }
  }
}
