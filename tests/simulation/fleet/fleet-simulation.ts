import { latchIsClosed } from "../../../shared/interlock/latch.ts";
import { launchTick } from "../../../shared/fleet/launch/launch-tick.ts";
import type { LaunchPorts, StopPorts, TriggerPorts } from "../../../shared/fleet/machines/fleet-ports.ts";
import { onInstanceEvent } from "../../../shared/fleet/reap/instance-events.ts";
import { reapTick } from "../../../shared/fleet/reap/reap-tick.ts";
import { reopen, stopAll, stopView } from "../../../shared/fleet/stop/stop.ts";
import { batchIdOf, type InstanceId } from "../../../shared/contract/ids.ts";
import { speeds, type Speed } from "../../../shared/contract/api/parameters.ts";
import { MemoryFleet } from "../../../simulation/memory/memory-fleet.ts";
import { MemoryJobQueues } from "../../../simulation/memory/memory-job-queues.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import { testSettings } from "../../unit/fleet/settings.ts";
import { Invocation, type Odds } from "./chaos.ts";
import { liveWorker } from "./simulated-worker.ts";
import type { OpenWork } from "../../../shared/interlock/open-work.ts";

const calm: Odds = { error: 0, cutOff: 0, slow: 0 };
const rough: Odds = { error: 0.04, cutOff: 0.01, slow: 0.03 };
const minuteMs = 60_000;

/**
 * The launcher, the reaper and an operator over the ports in memory, with machines that boot, work and break,
 * a market that runs dry and takes machines back, and faults at every await. A seed is a history.
 */
export class FleetSimulation {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly store = new MemoryStore({ clock: this.clock });
  readonly fleet: MemoryFleet;
  /** What was seen to be wrong, in the order of time. */
  readonly violations: string[] = [];
  readonly #stage = { stage: "sim", settings: testSettings };
  readonly #chaos: SeededRandom;
  readonly #jobQueues = new MemoryJobQueues({ clock: this.clock, models: ["small"] });
  readonly #startMs = this.clock.nowMs();
  /** When each machine ends, or null. */
  readonly #ends = new Map<InstanceId, number | null>();
  #odds = calm;
  #work: OpenWork[] = [];

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.#chaos = new SeededRandom(seed + 1_000_003);
    this.fleet = new MemoryFleet({
      clock: this.clock,
      random: new SeededRandom(seed + 2_000_003),
      zones: ["zone-a", "zone-b", "zone-c"].map((zone) => ({ zone, priceUsdPerHour: 0.2, capacity: 2 })),
      listDelayMs: 3_000,
    });
    this.fleet.watch((event) => {
      if (event.kind === "launched") this.#onLaunch(event.instance);
      else this.#ends.set(event.instanceId, event.kind === "terminating" ? this.clock.nowMs() : event.endsMs);
    });
  }

  odds = (): Odds => this.#odds;

  exists(id: InstanceId): boolean {
    const endsMs = this.#ends.get(id);
    return endsMs === null || (endsMs !== undefined && endsMs > this.clock.nowMs());
  }

  alive(): readonly InstanceId[] {
    return [...this.#ends.keys()].filter((id) => this.exists(id));
  }

  get openAudioSeconds(): number {
    return this.#work.reduce((total, work) => total + work.openAudioSeconds, 0);
  }

  /** @returns how much of it there was. */
  takeWork(audioSeconds: number): number {
    const [first] = this.#work.toSorted((a, b) => a.deadlineMs - b.deadlineMs);
    if (first === undefined) return 0;
    const done = Math.min(audioSeconds, first.openAudioSeconds);
    const left = first.openAudioSeconds - done;
    const others = this.#work.filter((work) => work !== first);
    this.#work = left === 0 ? others : [...others, { ...first, openAudioSeconds: left }];
    return done;
  }

  /** So many minutes of work, market, faults and an operator who stops and opens again. */
  async runRough(minutes: number): Promise<void> {
    this.#odds = rough;
    for (let minute = 0; minute < minutes; minute += 1) {
      if (this.random.next() < 0.15) this.#submit();
      if (this.random.next() < 0.2) this.#moveMarket();
      if (this.random.next() < 0.1) this.#interruptOne();
      if (this.random.next() < 0.05) this.#start((ports) => stopAll("operator", ports, this.#stage));
      if (this.random.next() < 0.1) this.#start((ports) => reopen("operator", ports));
      await this.#minute();
    }
  }

  /** Launches that are slow and lose their answers, and a stop that comes while they are on their way. */
  async runStopInLaunch(): Promise<void> {
    this.#odds = { error: 0.1, cutOff: 0.02, slow: 0.3 };
    this.#submit("fast");
    this.#start((ports) => launchTick(ports, this.#stage));
    this.#start((ports) => launchTick(ports, this.#stage));
    await this.clock.advance(Math.floor(this.random.next() * 60_000));
    // An operator whose call fails calls again.
    while (!(await latchIsClosed(this.store))) {
      this.#start((ports) => stopAll("operator", ports, this.#stage));
      await this.#pass(30);
    }
    for (let minute = 0; minute < 4; minute += 1) await this.#minute();
  }

  /** The faults are over; what is wrong must come right by itself. */
  async runCalm(minutes: number): Promise<void> {
    this.#odds = calm;
    for (const zone of ["zone-a", "zone-b", "zone-c"]) {
      this.fleet.setCapacity(zone, 2);
      this.fleet.setPrice(zone, 0.2);
    }
    for (let minute = 0; minute < minutes; minute += 1) await this.#minute();
  }

  open(): void {
    this.#start((ports) => reopen("operator", ports));
  }
  stopView() {
    return stopView(this.store);
  }

  async #minute(): Promise<void> {
    this.#start((ports) => launchTick(ports, this.#stage));
    if (this.random.next() < 0.3) this.#start((ports) => launchTick(ports, this.#stage));
    this.#start((ports) => reapTick(ports, this.#stage));
    await this.#pass(60);
  }

  async #pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      await this.clock.advance(5_000);
      await this.#checkStop();
    }
  }

  /** An invocation nobody waits for: it may fail, as functions do, and the schedule comes again. */
  #start(act: (ports: LaunchPorts & StopPorts & TriggerPorts) => Promise<unknown>): void {
    const invocation = new Invocation(this.clock, this.#chaos, this.odds);
    const ports = {
      clock: this.clock,
      random: this.random,
      log: new RecordingLog(),
      jobQueues: this.#jobQueues,
      store: invocation.store(this.store),
      fleet: invocation.fleet(this.fleet),
      openWork: () => Promise.resolve(this.#work),
      launcher: {
        trigger: () => {
          this.#start((own) => launchTick(own, this.#stage));
          return Promise.resolve();
        },
      },
    };
    act(ports).catch((error: unknown) => {
      if (!(error instanceof Error) || !/^chaos: /.test(error.message)) this.#violate(String(error));
    });
  }

  #submit(chosen?: Speed): void {
    const nowMs = this.clock.nowMs();
    const openAudioSeconds = 100 + Math.floor(this.random.next() * 10_000);
    const speed = chosen ?? speeds[Math.floor(this.random.next() * speeds.length)] ?? "fast";
    const deadlineMs = nowMs + testSettings.speeds[speed].target_seconds * 1000;
    // The simulated workers take work, and no messages: these say only that there are some.
    void this.#jobQueues.of("small", "standard").send(Array.from({ length: 10 }, () => ({ body: "{}" })));
    this.#work.push({
      batchId: batchIdOf(this.random.ulid(nowMs)),
      model: "small",
      speed,
      submittedMs: nowMs,
      deadlineMs,
      openItems: 1000,
      openAudioSeconds,
      budget: null,
    });
  }

  #moveMarket(): void {
    const zone = ["zone-a", "zone-b", "zone-c"][Math.floor(this.random.next() * 3)] ?? "zone-a";
    this.fleet.setCapacity(zone, Math.floor(this.random.next() * 3));
    this.fleet.setPrice(zone, 0.15 + this.random.next() * 0.3);
  }

  #interruptOne(): void {
    const [id] = this.alive();
    if (id === undefined) return;
    this.fleet.interrupt(id, 120_000);
    const event = {
      source: "aws.ec2" as const,
      time: new Date(this.clock.nowMs()).toISOString(),
      "detail-type": "EC2 Spot Instance Interruption Warning" as const,
      detail: { "instance-id": id },
    };
    this.#start((ports) => onInstanceEvent(event, ports, this.#stage));
  }

  #onLaunch(instance: Parameters<typeof liveWorker>[0]): void {
    this.#ends.set(instance.instanceId, null);
    const most = testSettings.limits.max_instances;
    if (this.alive().length > most)
      this.#violate(`${this.alive().length} machines exist, at most ${most} may`);
    void liveWorker(instance, this);
  }

  async #checkStop(): Promise<void> {
    const view = await stopView(this.store);
    if (view.state === "stopped" && this.alive().length > 0) {
      this.#violate(`a stop is proven while ${this.alive().join(", ")} run`);
    }
  }

  #violate(what: string): void {
    const minute = ((this.clock.nowMs() - this.#startMs) / minuteMs).toFixed(1);
    this.violations.push(`minute ${minute}: ${what}`);
  }
}
