/**
 * What a worker does in each state of its life (`lifecycle/life.ts`), and what it watches meanwhile. A fault of the
 * outside world is logged, and the worker goes on; a bug rejects `run`.
 */
import { writeMaker } from "../../shared/batch/progress/reuse.ts";
import { startFailure, startFailureMessage, type StartFailure } from "../../shared/contract/start-failure.ts";
import type { EngineEvents } from "./engine/engine-keeper.ts";
import { BootTimes } from "./lifecycle/boot-times.ts";
import type { Cause, LeaveReason } from "./lifecycle/departure.ts";
import { lifespan, planDeparture } from "./lifecycle/departure.ts";
import { firstHeartbeat } from "./lifecycle/first-heartbeat.ts";
import type { Milestones } from "./lifecycle/heartbeat.ts";
import { hearOrders } from "./lifecycle/orders.ts";
import { partsOf, type Parts } from "./parts.ts";
import type { AgentPorts, Identity, Settings } from "./ports.ts";
import type { Job } from "./jobs/job.ts";
import { makerOf } from "./jobs/results.ts";

/** Items taken ahead: fewer requests to SQS per item, and a slot that becomes free is filled at once. */
const prefetchFor = (slots: number): number => Math.min(10, Math.ceil(slots / 4));
/** An engine that has work and says nothing for so long hangs. */
const longestSilenceMs = 180_000;
/** The main loop is woken when something changes; this is in case it is not. */
const longestPauseMs = 60_000;
/** After so many batches the worker leaves: its heartbeat, its ledger entry and its reminders grow with each. */
const mostBatches = 5000;

export class Agent {
  readonly #ports: AgentPorts;
  readonly #settings: Settings;
  readonly #identity: Identity;
  readonly #lifespan: { readonly overMs: number; readonly diesMs: number };
  readonly #parts: Parts;
  readonly #bootTimes: BootTimes;
  #milestones: Omit<Milestones, "boot">;

  constructor(ports: AgentPorts, identity: Identity, settings: Settings) {
    this.#ports = ports;
    this.#settings = settings;
    this.#identity = identity;
    this.#bootTimes = new BootTimes(ports.clock, ports.beforeAgent);
    this.#lifespan = lifespan(identity.expiresMs, settings.max_lifetime_seconds);
    this.#milestones = { bootedMs: ports.clock.nowMs(), readyMs: null, rebalanceMs: null, failure: null };
    this.#parts = partsOf(ports, identity, settings, {
      engine: this.#engineEvents(),
      jobsChanged: () => {
        this.#jobsChanged();
      },
    });
  }

  /** @returns why it left, once nothing of it runs any more */
  async run(): Promise<LeaveReason> {
    const { tasks } = this.#parts;
    try {
      return await Promise.race([this.#live(), tasks.failed]);
    } finally {
      tasks.end();
    }
  }

  /** Begin to leave. If it leaves already, only a more urgent cause counts. */
  leave(cause: Cause): void {
    const { clock, log } = this.#ports;
    const departure = planDeparture(cause, {
      nowMs: clock.nowMs(),
      bootedMs: this.#milestones.bootedMs,
      diesMs: this.#lifespan.diesMs,
      waitsToBeTaken: this.#settings.waits_to_be_taken,
    });
    if (this.#parts.life.toldToLeave(departure)) {
      log.info("told to leave", { reason: cause.reason });
      if (cause.reason === "interruption") this.#parts.timesheet.taken(clock.nowMs());
    }
    this.#parts.pause.wake();
  }

  get #isLeaving(): boolean {
    return this.#parts.life.departure !== null;
  }

  async #live(): Promise<LeaveReason> {
    this.#watch();
    await this.#boot();
    await this.#work();
    await this.#drain();
    await this.#end();
    return this.#parts.life.departure?.reason ?? "signal";
  }

  async #boot(): Promise<void> {
    const { clock, log } = this.#ports;
    const { tasks, pause, engine } = this.#parts;
    await tasks.watch("read the latch and the drain order", this.#checkOrders());
    // S3's answer has set the clock.
    this.#milestones = { ...this.#milestones, bootedMs: clock.nowMs() };
    const refusal = await firstHeartbeat(() => this.#beat(), {
      clock,
      log,
      pause,
      isLeaving: () => this.#isLeaving,
    });
    if (refusal !== null) this.#fail(startFailure("access_denied", refusal));
    this.#bootTimes.firstHeartbeatWritten();
    if (!this.#isLeaving) engine.start();
  }

  async #work(): Promise<void> {
    const { pause, intake } = this.#parts;
    while (!this.#isLeaving) {
      const room = this.#room();
      if (room === 0) {
        await pause.wait(longestPauseMs);
        continue;
      }
      const isLast = this.#isIdleTooLong();
      const taken = await intake.take(room, isLast);
      for (const job of taken.jobs) await this.#accept(job);
      if (taken.isEmpty && isLast) this.leave({ reason: "idle" });
      const denied = intake.access.denied(this.#ports.clock.nowMs());
      if (denied !== null) this.#fail(startFailure("access_denied", denied));
    }
  }

  async #drain(): Promise<void> {
    this.#parts.workbench.releaseUnbegun();
    await this.#beatNow();
    await this.#parts.exit.drain();
  }

  async #end(): Promise<void> {
    await this.#beatNow();
    await this.#parts.engine.stop();
    await this.#parts.exit.linger();
  }

  /** The machine cannot do its work, and another of its kind most likely cannot either: the fleet is told why. */
  #fail(failure: StartFailure): void {
    this.#milestones = { ...this.#milestones, failure };
    this.#ports.log.error(startFailureMessage, { ...failure });
    this.leave({ reason: "unhealthy" });
  }

  #engineEvents(): EngineEvents {
    return {
      ready: () => {
        this.#engineReady();
      },
      said: (event) => {
        const { engine, workbench } = this.#parts;
        if (engine.ready !== null) workbench.hear(event, engine.ready);
      },
      died: (detail) => {
        this.#parts.workbench.engineDied(detail, this.#isLeaving);
        this.#parts.pause.wake();
      },
      hopeless: (failure) => {
        this.#fail(failure);
      },
    };
  }

  #engineReady(): void {
    const { life, timesheet, engine, workbench } = this.#parts;
    const nowMs = this.#ports.clock.nowMs();
    life.engineReady(nowMs);
    this.#milestones = { ...this.#milestones, readyMs: this.#milestones.readyMs ?? nowMs };
    timesheet.ready(engine.slots, nowMs);
    if (engine.ready !== null) this.#bootTimes.engineReady(engine.ready);
    workbench.admit();
    this.#jobsChanged();
    void this.#beatNow();
    void this.#tellMaker();
  }

  /** So that a submit knows which clips this machine would make once more. */
  async #tellMaker(): Promise<void> {
    const { tasks, engine } = this.#parts;
    if (engine.ready === null) return;
    const { model } = this.#identity;
    const writing = writeMaker(this.#ports.store, model, makerOf(engine.ready, this.#identity));
    await tasks.watch("tell with what it makes clips", writing);
  }

  /** What happens beside the main loop. */
  #watch(): void {
    const { heartbeat_seconds: heartbeat, interruption_poll_seconds: poll } = this.#settings;
    const { tasks, leases } = this.#parts;
    tasks.repeat("write the heartbeat", heartbeat * 1000, () => this.#beat());
    tasks.repeat("read the latch and the drain order", heartbeat * 1000, () => this.#checkOrders());
    tasks.repeat("read the control records of its batches", heartbeat * 1000, () => this.#checkControl());
    tasks.repeat("read EC2's notices", poll * 1000, () => this.#checkNotices());
    tasks.repeat("extend leases", leases.sweepMs, () => leases.sweep());
    tasks.repeat("check the engine", longestSilenceMs / 6, () => this.#checkEngine());
  }

  /** Jobs to take now. None until those that were taken ahead are used up: fewer requests than one per item. */
  #room(): number {
    const { slots } = this.#parts.engine;
    const { unanswered } = this.#parts.workbench;
    return slots === 0 || unanswered > slots ? 0 : slots + prefetchFor(slots) - unanswered;
  }

  async #accept(job: Job): Promise<void> {
    const { tasks, reporter, workbench, intake } = this.#parts;
    if (this.#isLeaving) await tasks.watch("release an item", reporter.release(job, "leaving", 0));
    else if (workbench.find(job.itemId) === undefined) workbench.accept(job);
    // Two messages of one item came together. The second comes again later, and finds the result.
    else intake.forget(job.lease);
    this.#jobsChanged();
  }

  #checkOrders(): Promise<void> {
    return hearOrders(this.#ports.store, this.#identity.instanceId, (cause) => {
      this.leave(cause);
    });
  }

  async #checkControl(): Promise<void> {
    const { workbench, control } = this.#parts;
    for (const batchId of workbench.batches()) {
      const { cancel, canceledItems, isHeld } = await control.read(batchId);
      workbench.cancelItems(batchId, canceledItems);
      if (cancel !== null) workbench.cancel(batchId, cancel);
      else if (isHeld) workbench.releaseUnbegun(batchId);
    }
  }

  async #checkNotices(): Promise<void> {
    const { clock, metadata } = this.#ports;
    if (clock.nowMs() >= this.#lifespan.overMs) this.leave({ reason: "max_lifetime" });
    const notice = await metadata.interruption();
    if (notice !== null) this.leave({ reason: "interruption", notice });
    if (this.#milestones.rebalanceMs !== null) return;
    const rebalanceMs = await metadata.rebalanceRecommendedMs();
    this.#milestones = { ...this.#milestones, rebalanceMs };
  }

  #checkEngine(): Promise<void> {
    const { workbench, engine } = this.#parts;
    if (workbench.unanswered > 0 && engine.silentMs > longestSilenceMs) {
      this.#ports.log.error("the engine hangs; killing it", { silentMs: engine.silentMs });
      engine.kill();
    }
    return Promise.resolve();
  }

  #jobsChanged(): void {
    const { life, workbench, pause } = this.#parts;
    life.jobsChanged(!workbench.isEmpty, this.#ports.clock.nowMs());
    pause.wake();
  }

  #isIdleTooLong(): boolean {
    const { idleSinceMs } = this.#parts.life;
    const idleExitMs = this.#settings.idle_exit_seconds * 1000;
    return idleSinceMs !== null && this.#ports.clock.nowMs() - idleSinceMs >= idleExitMs;
  }

  /** Between two regular heartbeats. */
  #beatNow(): Promise<void> {
    return this.#parts.tasks.watch("write the heartbeat", this.#beat());
  }

  #beat(): Promise<void> {
    const { life, timesheet, heartbeat, engine, committer, intake, workbench } = this.#parts;
    const spent = timesheet.told(this.#ports.clock.nowMs());
    const batches = Object.keys(spent.gpu_seconds_by_batch).length;
    if (batches >= mostBatches && !this.#isLeaving) this.leave({ reason: "max_lifetime" });
    const vitals = {
      state: life.state,
      reason: life.departure?.reason ?? null,
      idleSinceMs: life.idleSinceMs,
      messages_received: intake.messagesReceived,
      items_running: workbench.unanswered,
      ...committer.tally.told(),
      ...engine.told(),
      ...spent,
    };
    return heartbeat.beat(vitals, { ...this.#milestones, boot: this.#bootTimes.told });
  }
}
