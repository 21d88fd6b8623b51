/**
 * The worker, put together. Its life is told in `lifecycle/life.ts`; here is what it does in each state. A fault of
 * the outside world is logged and outlived; a bug rejects `run`.
 */
import type { InstanceId } from "../../shared/contract/ids.ts";
import { startFailure, startFailureMessage, type StartFailure } from "../../shared/contract/start-failure.ts";
import { ControlCache } from "./intake/control-cache.ts";
import type { Cause, LeaveReason } from "./lifecycle/departure.ts";
import { lifespan, planDeparture } from "./lifecycle/departure.ts";
import { firstHeartbeat } from "./lifecycle/first-heartbeat.ts";
import { EngineKeeper } from "./engine/engine-keeper.ts";
import { Exit } from "./exit.ts";
import type { Milestones } from "./lifecycle/heartbeat.ts";
import { Heartbeat } from "./lifecycle/heartbeat.ts";
import { Intake } from "./intake/intake.ts";
import type { Job } from "./work/job.ts";
import { LeaseBook } from "./queue/lease-book.ts";
import { Life } from "./lifecycle/life.ts";
import { readOrders } from "./lifecycle/orders.ts";
import { Pause } from "./flow/pause.ts";
import type { AgentPorts, Identity, Settings } from "./ports.ts";
import { Screener } from "./intake/screener.ts";
import { Settler } from "./work/settler.ts";
import { Tasks } from "./flow/tasks.ts";
import { Timesheet } from "./work/timesheet.ts";
import { Workbench } from "./work/workbench.ts";

/** Items taken ahead: fewer requests to SQS an item, and a slot that frees is filled at once. */
const prefetchFor = (slots: number): number => Math.min(10, Math.ceil(slots / 4));
/** An engine with work that says nothing for so long hangs. */
const longestSilenceMs = 180_000;
/** Nothing wakes the main loop for so long only when there is nothing to do. */
const longestPauseMs = 60_000;
/**
 * A machine that has worked for so many batches has lived its life: its heartbeat, its account and the marks for
 * their receipts grow with each.
 */
const mostBatches = 5000;

export class Agent {
  readonly #ports: AgentPorts;
  readonly #settings: Settings;
  readonly #instanceId: InstanceId;
  readonly #lifespan: { readonly overMs: number; readonly diesMs: number };
  readonly #tasks: Tasks;
  readonly #leases: LeaseBook;
  readonly #settler: Settler;
  readonly #control: ControlCache;
  readonly #engine: EngineKeeper;
  readonly #bench: Workbench;
  readonly #intake: Intake;
  readonly #heartbeat: Heartbeat;
  readonly #exit: Exit;
  readonly #timesheet = new Timesheet();
  readonly #pause: Pause;
  readonly #life = new Life();
  #milestones: Milestones;

  constructor(ports: AgentPorts, identity: Identity, settings: Settings) {
    const { store, clock, log } = ports;
    this.#ports = ports;
    this.#settings = settings;
    this.#instanceId = identity.instanceId;
    this.#milestones = { bootedMs: clock.nowMs(), readyMs: null, rebalanceMs: null, failure: null };
    this.#lifespan = lifespan(identity.expiresMs, settings.max_lifetime_seconds);
    this.#tasks = new Tasks(clock, log);
    this.#pause = new Pause(clock);
    this.#leases = new LeaseBook(clock, log, settings.visibility_seconds);
    this.#settler = new Settler(ports, identity, settings, { leases: this.#leases, tasks: this.#tasks });
    this.#control = new ControlCache(store, clock, settings.heartbeat_seconds * 1000);
    this.#engine = this.#makeEngine();
    this.#bench = new Workbench(ports, {
      tasks: this.#tasks,
      settler: this.#settler,
      engine: this.#engine,
      timesheet: this.#timesheet,
      changed: () => {
        this.#jobsChanged();
      },
    });
    this.#intake = new Intake(ports, settings, {
      leases: this.#leases,
      screener: new Screener(ports, identity, this.#settler, this.#control),
      inHand: (itemId) => this.#bench.find(itemId),
    });
    this.#heartbeat = new Heartbeat(ports, identity);
    this.#exit = new Exit(ports, {
      life: this.#life,
      pause: this.#pause,
      engine: this.#engine,
      bench: this.#bench,
      settler: this.#settler,
    });
  }

  /** @returns why it left, once nothing of it goes on. */
  async run(): Promise<LeaveReason> {
    try {
      return await Promise.race([this.#live(), this.#tasks.failed]);
    } finally {
      this.#tasks.end();
    }
  }

  /** Begin to leave. When it leaves already, only a more urgent cause counts. */
  leave(cause: Cause): void {
    const { clock, log } = this.#ports;
    const departure = planDeparture(cause, {
      nowMs: clock.nowMs(),
      bootedMs: this.#milestones.bootedMs,
      diesMs: this.#lifespan.diesMs,
      waitsToBeTaken: this.#settings.waits_to_be_taken,
    });
    if (this.#life.toldToLeave(departure)) {
      log.info("leaving", { reason: cause.reason });
      if (cause.reason === "interruption") this.#timesheet.taken(clock.nowMs());
    }
    this.#pause.wake();
  }

  get #isLeaving(): boolean {
    return this.#life.departure !== null;
  }

  async #live(): Promise<LeaveReason> {
    this.#watch();
    await this.#boot();
    await this.#work();
    await this.#drain();
    await this.#end();
    return this.#life.departure?.reason ?? "signal";
  }

  async #boot(): Promise<void> {
    const { clock, log } = this.#ports;
    await this.#tasks.watch("read its orders", this.#checkOrders());
    // The store's answer has set the clock.
    this.#milestones = { ...this.#milestones, bootedMs: clock.nowMs() };
    const refusal = await firstHeartbeat(() => this.#beat(), {
      clock,
      log,
      pause: this.#pause,
      isLeaving: () => this.#isLeaving,
    });
    if (refusal !== null) this.#fail(startFailure("access_denied", refusal));
    if (!this.#isLeaving) this.#engine.start();
  }

  async #drain(): Promise<void> {
    this.#bench.returnUnbegun();
    await this.#tasks.watch("beat", this.#beat());
    await this.#exit.drain();
  }

  async #end(): Promise<void> {
    await this.#tasks.watch("beat", this.#beat());
    await this.#engine.stop();
    await this.#exit.linger();
  }

  /** What this machine cannot do, another one of its kind will hardly do either. */
  #fail(failure: StartFailure): void {
    this.#milestones = { ...this.#milestones, failure };
    this.#ports.log.error(startFailureMessage, { ...failure });
    this.leave({ reason: "unhealthy" });
  }

  #makeEngine(): EngineKeeper {
    return new EngineKeeper(this.#ports, this.#tasks, {
      ready: () => {
        this.#engineReady();
      },
      said: (event) => {
        const engine = this.#engine.ready;
        if (engine !== null) this.#bench.hear(event, engine);
      },
      died: (detail) => {
        this.#bench.engineDied(detail, this.#isLeaving);
        this.#pause.wake();
      },
      hopeless: (failure) => {
        this.#fail(failure);
      },
    });
  }

  #engineReady(): void {
    const nowMs = this.#ports.clock.nowMs();
    this.#life.engineReady(nowMs);
    this.#milestones = { ...this.#milestones, readyMs: this.#milestones.readyMs ?? nowMs };
    this.#timesheet.ready(this.#engine.slots, nowMs);
    this.#bench.admit();
    this.#jobsChanged();
    void this.#tasks.watch("beat", this.#beat());
  }

  /** All that happens beside the main loop. */
  #watch(): void {
    const { heartbeat_seconds: heartbeat, interruption_poll_seconds: poll } = this.#settings;
    this.#tasks.repeat("beat", heartbeat * 1000, () => this.#beat());
    this.#tasks.repeat("read its orders", heartbeat * 1000, () => this.#checkOrders());
    this.#tasks.repeat("read what holds for its batches", heartbeat * 1000, () => this.#checkControl());
    this.#tasks.repeat("read the machine's notices", poll * 1000, () => this.#checkNotices());
    this.#tasks.repeat("extend leases", this.#leases.sweepMs, () => this.#leases.sweep());
    this.#tasks.repeat("look after the engine", longestSilenceMs / 6, () => {
      const hangs = this.#bench.unanswered > 0 && this.#engine.silentMs > longestSilenceMs;
      if (hangs) this.#engine.kill();
      return Promise.resolve();
    });
  }

  async #work(): Promise<void> {
    while (!this.#isLeaving) {
      const room = this.#room();
      if (room === 0) {
        await this.#pause.wait(longestPauseMs);
        continue;
      }
      const isLast = this.#isIdleTooLong();
      const haul = await this.#intake.take(room, isLast);
      for (const job of haul.jobs) await this.#accept(job);
      if (haul.isEmpty && isLast) this.leave({ reason: "idle" });
      const denied = this.#intake.access.denied(this.#ports.clock.nowMs());
      if (denied !== null) this.#fail(startFailure("access_denied", denied));
    }
  }

  /** Refilled when what was taken ahead is used up: fewer requests than one for each item that ends. */
  #room(): number {
    const { slots } = this.#engine;
    const { unanswered } = this.#bench;
    return slots === 0 || unanswered > slots ? 0 : slots + prefetchFor(slots) - unanswered;
  }

  async #accept(job: Job): Promise<void> {
    if (this.#isLeaving)
      await this.#tasks.watch("give an item back", this.#settler.giveBack(job, "leaving", 0));
    else if (this.#bench.find(job.itemId) === undefined) this.#bench.accept(job);
    // Two messages of one item came together: the second comes again later, and finds the result.
    else this.#intake.forget(job.held);
    this.#jobsChanged();
  }

  async #checkOrders(): Promise<void> {
    for (const cause of await readOrders(this.#ports.store, this.#instanceId)) this.leave(cause);
  }

  async #checkControl(): Promise<void> {
    for (const batchId of this.#bench.batches()) {
      const { cancel, isHeld } = await this.#control.read(batchId);
      if (cancel !== null) this.#bench.cancel(batchId, cancel);
      else if (isHeld) this.#bench.returnUnbegun(batchId);
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

  #jobsChanged(): void {
    this.#life.jobsChanged(!this.#bench.isEmpty, this.#ports.clock.nowMs());
    this.#pause.wake();
  }

  #isIdleTooLong(): boolean {
    const { idleSinceMs } = this.#life;
    const idleExitMs = this.#settings.idle_exit_seconds * 1000;
    return idleSinceMs !== null && this.#ports.clock.nowMs() - idleSinceMs >= idleExitMs;
  }

  #beat(): Promise<void> {
    const spent = this.#timesheet.told(this.#ports.clock.nowMs());
    const batches = Object.keys(spent.gpu_seconds_by_batch).length;
    if (batches >= mostBatches && !this.#isLeaving) this.leave({ reason: "max_lifetime" });
    const { state, departure, idleSinceMs } = this.#life;
    const vitals = {
      state,
      reason: departure?.reason ?? null,
      idleSinceMs,
      messages_received: this.#intake.messagesReceived,
      items_running: this.#bench.unanswered,
      ...this.#settler.tally.told(),
      ...this.#engine.told(),
      ...spent,
    };
    return this.#heartbeat.beat(vitals, this.#milestones);
  }
}
