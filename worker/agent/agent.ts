/**
 * A worker's life. It boots (the engine loads its model), works (takes items until told or idle), drains
 * (takes no more; what runs ends or is saved) and leaves (nothing in hand; written down before the process
 * ends, so that nobody counts on it). A fault of the outside world is outlived; a bug rejects `run`, and the
 * leases lapse.
 */
import type { WorkerState } from "../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import { startFailure, startFailureMessage, type StartFailure } from "../../shared/contract/start-failure.ts";
import { Access } from "./flow/access.ts";
import { ControlCache } from "./intake/control-cache.ts";
import type { Cause, Departure, LeaveReason } from "./lifecycle/departure.ts";
import { isMoreUrgent, lifespan, planDeparture } from "./lifecycle/departure.ts";
import { isOutsideFault } from "./flow/faults.ts";
import { EngineKeeper } from "./engine/engine-keeper.ts";
import { Heartbeat } from "./lifecycle/heartbeat.ts";
import { Intake } from "./intake/intake.ts";
import type { Job } from "./work/job.ts";
import { LeaseBook } from "./queue/lease-book.ts";
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
/** Between two tries of a first heartbeat that S3 refuses. */
const accessRetryMs = 5_000;

export class Agent {
  readonly #ports: AgentPorts;
  readonly #settings: Settings;
  readonly #instanceId: InstanceId;
  #bootedMs: number;
  readonly #lifespan: { readonly overMs: number; readonly diesMs: number };
  readonly #tasks: Tasks;
  readonly #leases: LeaseBook;
  readonly #settler: Settler;
  readonly #control: ControlCache;
  readonly #engine: EngineKeeper;
  readonly #bench: Workbench;
  readonly #intake: Intake;
  readonly #heartbeat: Heartbeat;
  readonly #timesheet = new Timesheet();
  readonly #pause: Pause;
  #departure: Departure | null = null;
  #failure: StartFailure | null = null;
  #hasLeft = false;
  #mayLinger = true;
  #readyMs: number | null = null;
  /** EC2's advice is told in the heartbeat: what follows from it is for the fleet to say. */
  #rebalanceMs: number | null = null;
  #idleSinceMs: number | null = null;

  constructor(ports: AgentPorts, identity: Identity, settings: Settings) {
    const { store, clock, log } = ports;
    this.#ports = ports;
    this.#settings = settings;
    this.#instanceId = identity.instanceId;
    this.#bootedMs = clock.nowMs();
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
        this.#noteIdleness();
      },
    });
    this.#intake = new Intake(ports, settings, {
      leases: this.#leases,
      screener: new Screener(ports, identity, this.#settler, this.#control),
      inHand: (itemId) => this.#bench.find(itemId),
    });
    this.#heartbeat = new Heartbeat(ports, identity);
  }

  /** @returns why it left, once nothing of it goes on. */
  async run(): Promise<LeaveReason> {
    try {
      return await Promise.race([this.#live(), this.#tasks.failed]);
    } finally {
      this.#tasks.end();
    }
  }

  /** Begin to leave. A second word counts only when it is more urgent. */
  leave(cause: Cause): void {
    const { clock, log } = this.#ports;
    if (cause.reason === "signal") this.#mayLinger = false;
    const departure = planDeparture(cause, {
      nowMs: clock.nowMs(),
      bootedMs: this.#bootedMs,
      diesMs: this.#lifespan.diesMs,
      waitsToBeTaken: this.#settings.waits_to_be_taken,
    });
    if (isMoreUrgent(departure, this.#departure)) {
      log.info("leaving", { reason: cause.reason });
      if (cause.reason === "interruption") this.#timesheet.taken(clock.nowMs());
      this.#departure = departure;
    }
    this.#pause.wake();
  }

  async #live(): Promise<LeaveReason> {
    this.#watch();
    await this.#tasks.watch("read its orders", this.#checkOrders());
    // The store's answer has set the clock.
    this.#bootedMs = this.#ports.clock.nowMs();
    await this.#introduce();
    if (this.#departure === null) this.#engine.start();
    await this.#work();
    return this.#goAway();
  }

  /** The first heartbeat. A worker that may write none is nothing to the fleet: it leaves, and its console says why. */
  async #introduce(): Promise<void> {
    const { clock } = this.#ports;
    const access = new Access();
    do {
      access.heard(await this.#tryToBeat(), clock.nowMs());
      if (!access.isRefused) return;
      const denied = access.denied(clock.nowMs());
      if (denied !== null) this.#fail(startFailure("access_denied", denied));
      else await this.#pause.wait(accessRetryMs);
    } while (this.#departure === null);
  }

  async #tryToBeat(): Promise<Error | null> {
    try {
      await this.#beat();
      return null;
    } catch (error) {
      if (!isOutsideFault(error)) throw error;
      this.#ports.log.warn("could not beat", { error });
      return error;
    }
  }

  /** What this machine cannot do, another one of its kind will hardly do either. */
  #fail(failure: StartFailure): void {
    this.#failure = failure;
    this.#ports.log.error(startFailureMessage, { ...failure });
    this.leave({ reason: "unhealthy" });
  }

  #makeEngine(): EngineKeeper {
    return new EngineKeeper(this.#ports, this.#tasks, {
      ready: () => {
        this.#readyMs ??= this.#ports.clock.nowMs();
        this.#timesheet.ready(this.#engine.ready?.slots ?? 0, this.#ports.clock.nowMs());
        this.#bench.admit();
        this.#noteIdleness();
        void this.#tasks.watch("beat", this.#beat());
      },
      said: (event) => {
        const engine = this.#engine.ready;
        if (engine !== null) this.#bench.hear(event, engine);
      },
      died: (detail) => {
        this.#bench.engineDied(detail, this.#departure !== null);
        this.#pause.wake();
      },
      hopeless: (failure) => {
        this.#fail(failure);
      },
    });
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
    while (this.#departure === null) {
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
    const slots = this.#engine.ready?.slots ?? 0;
    const { unanswered } = this.#bench;
    return slots === 0 || unanswered > slots ? 0 : slots + prefetchFor(slots) - unanswered;
  }

  async #accept(job: Job): Promise<void> {
    if (this.#departure !== null)
      await this.#tasks.watch("give an item back", this.#settler.giveBack(job, "leaving", 0));
    else if (this.#bench.find(job.itemId) === undefined) this.#bench.accept(job);
    // Two messages of one item came together: the second comes again later, and finds the result.
    else this.#intake.forget(job.held);
    this.#noteIdleness();
  }

  async #goAway(): Promise<LeaveReason> {
    this.#bench.returnUnbegun();
    await this.#tasks.watch("beat", this.#beat());
    await this.#wait("drainMs", () => this.#bench.unanswered === 0);
    await this.#drain();
    await this.#wait("endMs", () => this.#bench.isEmpty);
    await this.#settler.flush();
    this.#hasLeft = true;
    await this.#tasks.watch("beat", this.#beat());
    await this.#engine.stop();
    await this.#wait("lingerMs", () => !this.#mayLinger);
    return this.#departure?.reason ?? "signal";
  }

  /** What still runs is saved and given back; by force when the engine does not answer. */
  async #drain(): Promise<void> {
    this.#engine.retire();
    if (this.#bench.unanswered > 0)
      this.#engine.send({ type: "drain", within_seconds: this.#leftMs("forceMs") / 1000 });
    await this.#wait("forceMs", () => this.#bench.unanswered === 0);
    if (this.#bench.unanswered === 0) return;
    this.#ports.log.error("the engine did not drain in time", { items: this.#bench.unanswered });
    this.#bench.returnAll();
    this.#engine.kill();
  }

  /** Until it is done or the departure's time is over; a departure that becomes more urgent counts at once. */
  async #wait(until: "drainMs" | "forceMs" | "endMs" | "lingerMs", isDone: () => boolean): Promise<void> {
    while (!isDone() && this.#leftMs(until) > 0) await this.#pause.wait(this.#leftMs(until));
  }

  #leftMs(until: "drainMs" | "forceMs" | "endMs" | "lingerMs"): number {
    return Math.max(0, (this.#departure?.[until] ?? 0) - this.#ports.clock.nowMs());
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
    this.#rebalanceMs ??= await metadata.rebalanceRecommendedMs();
  }

  #noteIdleness(): void {
    if (!this.#bench.isEmpty) this.#idleSinceMs = null;
    else if (this.#readyMs !== null) this.#idleSinceMs ??= this.#ports.clock.nowMs();
    this.#pause.wake();
  }

  #isIdleTooLong(): boolean {
    const idleMs = this.#settings.idle_exit_seconds * 1000;
    return this.#idleSinceMs !== null && this.#ports.clock.nowMs() - this.#idleSinceMs >= idleMs;
  }

  #beat(): Promise<void> {
    const { tally } = this.#settler;
    const nowMs = this.#ports.clock.nowMs();
    const engine = this.#engine.ready;
    const slots = engine?.slots ?? 0;
    const spent = this.#timesheet.told(nowMs);
    if (Object.keys(spent.gpu_seconds_by_batch).length >= mostBatches && this.#departure === null)
      this.leave({ reason: "max_lifetime" });
    return this.#heartbeat.beat({
      state: this.#state(),
      reason: this.#departure?.reason ?? null,
      failure: this.#failure,
      bootedMs: this.#bootedMs,
      rebalanceMs: this.#rebalanceMs,
      readyMs: this.#readyMs,
      idleSinceMs: this.#idleSinceMs,
      slots,
      messages_received: this.#intake.messagesReceived,
      items_running: this.#bench.unanswered,
      items_finished: tally.itemsFinished,
      audio_seconds_made: tally.audioSeconds,
      audio_seconds_per_second: this.#engine.measuredPace,
      guessed_audio_seconds_per_second: engine?.guessed_audio_seconds_per_second ?? null,
      ...spent,
    });
  }

  #state(): WorkerState {
    if (this.#hasLeft) return "leaving";
    if (this.#departure !== null) return "draining";
    if (this.#readyMs === null) return "booting";
    return this.#bench.isEmpty ? "idle" : "busy";
  }
}
