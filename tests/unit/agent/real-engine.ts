/** The real engine process under the real agent, on the system's clock, with store and queues in memory. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import { resultRecordSchema } from "../../../shared/contract/records/batch-records.ts";
import type { EngineCommand } from "../../../shared/contract/engine-protocol.ts";
import type { LatchRecord } from "../../../shared/contract/records/fleet-records.ts";
import { batchIdOf, instanceIdSchema, stopIdOf } from "../../../shared/contract/ids.ts";
import { batchKeys, fleetKeys } from "../../../shared/contract/records/keys.ts";
import { byTier } from "../../../shared/contract/tiers.ts";
import type { JobMessage } from "../../../shared/contract/messages.ts";
import { defaultParameters } from "../../../shared/contract/api/parameters.ts";
import { MemoryQueue } from "../../../simulation/memory/memory-queue.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { RecordingLog } from "../../../simulation/memory/recording-log.ts";
import { SeededRandom } from "../../../simulation/memory/seeded-random.ts";
import type { Random } from "../../../shared/ports.ts";
import { readRecord } from "../../../shared/records/records.ts";
import { systemClock } from "../../../shared/system/system-clock.ts";
import { systemRandom } from "../../../shared/system/system-random.ts";
import { Agent } from "../../../worker/agent/agent.ts";
import type { LeaveReason } from "../../../worker/agent/lifecycle/departure.ts";
import { EngineProcess } from "../../../worker/agent/engine/engine-process.ts";
import type {
  EngineListener,
  EnginePort,
  EngineSession,
  Identity,
  Metadata,
  Settings,
} from "../../../worker/agent/ports.ts";
import { pacedEngine } from "../../e2e/noise-stage.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const python = join(root, ".venv/bin/python");
const model = join(root, ".local/models/tiny-random");
/** For `env`, with what is to run in Python as the engine. */
const inPython = (...program: readonly string[]): readonly string[] => [
  `PYTHONPATH=${join(root, "worker/engine")}`,
  python,
  ...program,
];
const quickEngine = inPython("-m", "mgb_engine");
/** A step takes 100 ms at least. */
export const slowEngine = inPython(...pacedEngine(root, 100));
export const batchId = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");

export const hasEngine = existsSync(python) && existsSync(model);

/** EC2 never interrupts this machine. */
const calmMetadata: Metadata = {
  instanceId: () => Promise.resolve("i-0aaaaaaaaaaaaa001"),
  zone: () => Promise.resolve("eu-central-1a"),
  userData: () => Promise.resolve("{}"),
  tag: () => Promise.resolve("tiny-random"),
  interruption: () => Promise.resolve(null),
  rebalanceRecommendedMs: () => Promise.resolve(null),
};

const identity: Identity = {
  instanceId: instanceIdSchema.parse("i-0aaaaaaaaaaaaa001"),
  zone: "eu-central-1a",
  model: "tiny-random",
  source: "tiny-random",
  expiresMs: Date.now() + 3_600_000,
};
const settings: Settings = {
  visibility_seconds: 120,
  heartbeat_seconds: 1,
  interruption_poll_seconds: 1,
  idle_exit_seconds: 1,
  max_lifetime_seconds: 3600,
  // A process that the test kills looks like one that its item kills.
  waits_to_be_taken: true,
  max_failures_per_item: 1000,
  max_interruptions_per_item: 1000,
};

/** An engine that is at work is killed after so many events at most. */
const longestPatience = 24;
const withinMs = 300;

/**
 * Kills the engine process so many times, each time at work: after a random number of events, a moment later, and
 * while it has not answered for some clip.
 */
export class KilledEngine implements EnginePort {
  readonly #inner: EnginePort;
  readonly #random: Random;
  killsLeft: number;

  constructor(inner: EnginePort, random: Random, kills: number) {
    this.#inner = inner;
    this.#random = random;
    this.killsLeft = kills;
  }

  start(listener: EngineListener): EngineSession {
    const owed = new Set<string>();
    let patience = Math.floor(this.#random.next() * longestPatience);
    const strike = (): void => {
      if (owed.size === 0 || this.killsLeft === 0) return;
      this.killsLeft -= 1;
      session.kill();
    };
    const losePatience = (): void => {
      patience -= 1;
      if (patience === -1) setTimeout(strike, this.#random.next() * withinMs);
    };
    const session = this.#inner.start({
      said: (event) => {
        if (event.type === "done" || event.type === "failed" || event.type === "checkpoint")
          owed.delete(event.id ?? "");
        if (event.type !== "ready") losePatience();
        listener.said(event);
      },
      exited: (detail) => {
        owed.clear();
        listener.exited(detail);
      },
    });
    return {
      send: (command: EngineCommand) => {
        session.send(command);
        if (command.type === "submit") owed.add(command.id);
      },
      kill: () => {
        session.kill();
      },
      stop: () => session.stop(),
    };
  }
}

export interface KillReport {
  readonly kills: number;
  readonly items: number;
  readonly workers: number;
  readonly results: readonly ResultRecord[];
  /** Audio in the bucket whose bytes differ from its result, or that no result names. */
  readonly strayAudio: readonly string[];
  readonly messagesLeft: number;
  readonly seconds: number;
}

/** Sent whenever the queue is empty and not all kills are done. */
const itemsAtATime = 16;

/**
 * Clips of three seconds each. One worker follows another, as the fleet would launch them, until all kills are done
 * and the queue is empty.
 */
export async function killRepeatedly(
  kills: number,
  seed: number,
  note: (line: string) => void,
): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "mgb-kills-"));
  try {
    return await killIn(folder, { kills, seed, note });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killIn(
  folder: string,
  wanted: { kills: number; seed: number; note: (line: string) => void },
): Promise<KillReport> {
  const startMs = systemClock.nowMs();
  const random = new SeededRandom(wanted.seed);
  const stage = new RealStage(folder);
  let left = wanted.kills;
  let items = 0;
  while (left > 0 || stage.messagesLeft > 0) {
    if (stage.messagesLeft === 0) {
      await stage.send(messages(items, itemsAtATime));
      items += itemsAtATime;
    }
    const killed = (engine: EnginePort) => new KilledEngine(engine, random, left);
    const { engine, reason } = await stage.runWorker(killed);
    left = engine.killsLeft;
    wanted.note(`worker ${stage.workers} left (${reason}); ${wanted.kills - left} kills so far`);
  }
  return {
    kills: wanted.kills - left,
    items,
    workers: stage.workers,
    ...(await audit(stage.store)),
    messagesLeft: stage.messagesLeft,
    seconds: (systemClock.nowMs() - startMs) / 1000,
  };
}

/** Store and queues in memory, for workers whose real engines load the tests' tiny checkpoint. */
export class RealStage {
  readonly store = new MemoryStore({ clock: systemClock });
  readonly #jobs = byTier(queueNamed);
  readonly #events = queueNamed("events");
  readonly #folder: string;
  workers = 0;

  /** @param folder what the workers write */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get messagesLeft(): number {
    return this.#jobs.standard.contents().length;
  }

  async send(messages: readonly JobMessage[]): Promise<void> {
    await this.#jobs.standard.send(messages.map((message) => ({ body: JSON.stringify(message) })));
  }

  async setLatch(closed: boolean): Promise<void> {
    const latch: LatchRecord = {
      v: 1,
      closed,
      stop_id: stopIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ"),
      changed_at: new Date(systemClock.nowMs()).toISOString(),
      changed_by: "us",
    };
    await this.store.put(fleetKeys.latch, JSON.stringify(latch));
  }

  /** One worker's whole life, with the engine as the test wraps it. */
  async runWorker<E extends EnginePort>(
    wrap: (engine: EnginePort) => E,
    program: readonly string[] = quickEngine,
  ): Promise<{ readonly engine: E; readonly reason: LeaveReason }> {
    this.workers += 1;
    const folder = join(this.#folder, `worker-${this.workers}`);
    mkdirSync(folder);
    const where = ["--model", model, "--out", join(folder, "engine")];
    const command = ["env", ...program, "serve", "--device", "cpu", ...where];
    const engine = wrap(new EngineProcess(command));
    const ports = {
      clock: systemClock,
      random: systemRandom,
      log: new RecordingLog(),
      store: this.store,
      jobs: this.#jobs,
      events: this.#events,
    };
    const agent = new Agent({ ...ports, metadata: calmMetadata, engine, folder }, identity, settings);
    return { engine, reason: await agent.run() };
  }
}

const queueNamed = (name: string): MemoryQueue => new MemoryQueue({ clock: systemClock, name });

const messages = (firstIndex: number, count: number): JobMessage[] =>
  Array.from({ length: count }, (_, place) => realMessage(firstIndex + place, 3));

export const realMessage = (index: number, seconds: number): JobMessage => ({
  v: 1,
  batch_id: batchId,
  owner: "us",
  model: "tiny-random",
  speed: "standard",
  submitted_at: new Date(systemClock.nowMs()).toISOString(),
  deadline_at: new Date(systemClock.nowMs()).toISOString(),
  expires_at: null,
  resent: false,
  index,
  reuse: false,
  custom_id: null,
  prompt: `noise number ${index}`,
  seed: index,
  parameters: { ...defaultParameters, duration_seconds: seconds, top_k: 20 },
});

async function audit(store: MemoryStore): Promise<Pick<KillReport, "results" | "strayAudio">> {
  const keys = async (prefix: string) => (await store.list(prefix)).objects.map(({ key }) => key);
  const found = await Promise.all(
    (await keys(batchKeys.results(batchId))).map((key) => readRecord(store, key, resultRecordSchema)),
  );
  const results = found.flatMap((record) => (record === null ? [] : [record.value]));
  const promised = new Map(results.map(({ audio }) => [audio?.key ?? "", audio?.sha256]));
  const check = join(mkdtempSync(join(tmpdir(), "mgb-audit-")), "clip");
  const strayAudio: string[] = [];
  for (const key of await keys(`${batchKeys.prefix(batchId)}audio/`)) {
    await store.getFile(key, check);
    if (sha256Of(check) !== promised.get(key)) strayAudio.push(key);
  }
  rmSync(join(check, ".."), { recursive: true });
  return { results, strayAudio };
}

const sha256Of = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
