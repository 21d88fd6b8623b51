import type { StageConfig } from "../../../shared/config.ts";
import type {
  IntentRecord,
  PoolsRecord,
  WorkerRecord,
} from "../../../shared/contract/records/fleet-records.ts";
import { intentRecordSchema, poolsRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import { batchIdOf, type InstanceId } from "../../../shared/contract/ids.ts";
import { fleetKeys } from "../../../shared/contract/records/keys.ts";
import type {
  LaunchTickPorts,
  Stage,
  StopPorts,
  TriggerPorts,
} from "../../../shared/fleet/machines/fleet-ports.ts";
import type { PricePorts } from "../../../shared/fleet/pools/prices-view.ts";
import { PlannedFaults, type Faults } from "../../../simulation/memory/faults.ts";
import { MemoryExpander } from "../../../simulation/memory/memory-expander.ts";
import { MemoryFleet } from "../../../simulation/memory/memory-fleet.ts";
import { MemoryJobQueues } from "../../../simulation/memory/memory-job-queues.ts";
import { MemoryLauncherTrigger } from "../../../simulation/memory/memory-launcher-trigger.ts";
import { MemoryQueue } from "../../../simulation/memory/memory-queue.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import type { Resolve } from "../../../shared/webhooks/webhook-ports.ts";
import { readRecord } from "../../../shared/records/records.ts";
import { testSettings } from "./settings.ts";
import type { OpenWork } from "../../../shared/interlock/open-work.ts";
import { heartbeatAt } from "./heartbeat.ts";

/** Nothing is measured here, and a guess is planned with at a fifth. */
const planningTenASecond = (settings: StageConfig): StageConfig => ({
  ...settings,
  models: settings.models.map((model) => ({ ...model, audio_seconds_per_gpu_second: 50 })),
});

/** A fleet in memory: two zones, zone-a the cheaper one, and as much work as a test puts in. */
export class World {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(1);
  readonly faults = new PlannedFaults();
  readonly store: MemoryStore;
  readonly fleet: MemoryFleet;
  jobQueues: MemoryJobQueues;
  readonly webhooks = new MemoryQueue({ clock: this.clock, name: "webhooks", faults: this.faults });
  readonly launcher = new MemoryLauncherTrigger();
  readonly expander = new MemoryExpander();
  readonly log = new RecordingLog();
  readonly stage: Stage;
  work: readonly OpenWork[] = [];
  /** @param options.faults in place of those that are planned one by one */
  constructor(
    options: {
      readonly settings?: StageConfig;
      readonly listDelayMs?: number;
      /** A second machine type, at 0.35 USD in both zones. */
      readonly otherType?: string;
      readonly faults?: Faults;
    } = {},
  ) {
    const { clock } = this;
    const faults = options.faults ?? this.faults;
    this.stage = { stage: "test", settings: planningTenASecond(options.settings ?? testSettings) };
    this.store = new MemoryStore({ clock, faults });
    this.jobQueues = this.#emptyQueues(faults);
    this.fleet = new MemoryFleet({
      clock,
      random: this.random,
      faults,
      zones: [
        { zone: "zone-a", priceUsdPerHour: 0.16, capacity: 10 },
        { zone: "zone-b", priceUsdPerHour: 0.2, capacity: 10 },
        ...["zone-a", "zone-b"].flatMap((zone) =>
          options.otherType === undefined
            ? []
            : [{ instanceType: options.otherType, zone, priceUsdPerHour: 0.35, capacity: 10 }],
        ),
      ],
      listDelayMs: options.listDelayMs ?? 0,
    });
  }

  #emptyQueues(faults: Faults = this.faults): MemoryJobQueues {
    const models = this.stage.settings.models.map(({ id }) => id);
    return new MemoryJobQueues({ clock: this.clock, models, faults });
  }

  /** What is open stays open, and is in no queue any more. */
  loseMessages(): void {
    this.jobQueues = this.#emptyQueues();
  }

  get ports(): LaunchTickPorts &
    StopPorts &
    TriggerPorts &
    PricePorts & { readonly resolve: Resolve; readonly expander: MemoryExpander } {
    const { store, clock, random, fleet, log, jobQueues, webhooks, launcher, expander } = this;
    return {
      store,
      clock,
      random,
      fleet,
      spotPrices: fleet,
      log,
      jobQueues,
      webhooks,
      resolve: () => Promise.resolve(["93.184.215.14"]),
      launcher,
      expander,
      openWork: () => Promise.resolve(this.work),
    };
  }

  /** So much work, due in 15 minutes. A machine is planned to make 10 audio seconds a second: 7,400 are what one can do. */
  demand(openAudioSeconds: number, model = "small"): void {
    const nowMs = this.clock.nowMs();
    this.work = [
      {
        batchId: batchIdOf(this.random.ulid(nowMs)),
        model,
        speed: "fast",
        submittedMs: nowMs,
        deadlineMs: nowMs + 900_000,
        openItems: openAudioSeconds,
        openAudioSeconds,
        budget: null,
      },
    ];
    // As many as any test wants machines; what they say is read by no launcher.
    const messages = Array.from({ length: Math.min(openAudioSeconds, 20) }, () => ({ body: "{}" }));
    void this.jobQueues.of(model, "standard").send(messages);
  }

  async alive(): Promise<readonly InstanceId[]> {
    const instances = await this.fleet.list();
    return instances
      .filter(({ state }) => state === "pending" || state === "running")
      .map(({ instanceId }) => instanceId);
  }

  async intents(): Promise<readonly IntentRecord[]> {
    const { objects } = await this.store.list(fleetKeys.intentsPrefix);
    const records = await Promise.all(
      objects.map(({ key }) => readRecord(this.store, key, intentRecordSchema)),
    );
    return records.flatMap((record) => (record === null ? [] : [record.value]));
  }

  async pools(): Promise<PoolsRecord | null> {
    return (await readRecord(this.store, fleetKeys.pools, poolsRecordSchema))?.value ?? null;
  }

  /** Writes a machine's heartbeat: ready and idle as of now, unless changed. */
  async heartbeat(instanceId: InstanceId, change: Partial<WorkerRecord> = {}): Promise<void> {
    const now = new Date(this.clock.nowMs()).toISOString();
    const record = heartbeatAt(now, { instance_id: instanceId, ...change });
    await this.store.put(fleetKeys.worker(instanceId), JSON.stringify(record));
  }
}
