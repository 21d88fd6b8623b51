/** The agent's ports, besides those of `shared/ports.ts`: the machine that it runs on and the engine that it drives. */
import type { EngineCommand, EngineEvent } from "../../shared/contract/engine-protocol.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import type { ByTier } from "../../shared/contract/tiers.ts";
import type { WorkerConfig } from "../../shared/contract/worker-config.ts";
import type { BeforeAgent } from "./lifecycle/boot-times.ts";
import type { Clock, JobQueue, Log, ObjectStore, Random } from "../../shared/ports.ts";

/** What EC2 will do to the machine, and when. */
export interface InterruptionNotice {
  readonly action: "terminate" | "stop" | "hibernate";
  readonly atMs: number;
}

/**
 * What the machine knows about itself. Every method throws MetadataError if the metadata service does not answer.
 * @see EC2 user guide, "Instance metadata categories"
 */
export interface Metadata {
  instanceId(): Promise<string>;
  zone(): Promise<string>;
  userData(): Promise<string>;
  /** @returns null if the machine has no such tag */
  tag(name: string): Promise<string | null>;
  interruption(): Promise<InterruptionNotice | null>;
  /** When EC2 recommended a rebalance, by EC2's clock; null: it did not. */
  rebalanceRecommendedMs(): Promise<number | null>;
}

/** The metadata service did not answer, or its answer makes no sense. */
export class MetadataError extends Error {
  override readonly name = "MetadataError";
}

/** What an engine process says, in order. `exited` comes once and last. */
export interface EngineListener {
  said(event: EngineEvent): void;
  /** @param detail exit status or signal, for the log. */
  exited(detail: string): void;
}
/** One run of the engine process. */
export interface EngineSession {
  /** Never throws: if the process is gone, `exited` says so. */
  send(command: EngineCommand): void;
  /** SIGKILL: it will not answer what it was given. */
  kill(): void;
  /** Ask it to end, and kill it if it has not within seconds. Resolves when it is gone. */
  stop(): Promise<void>;
}
export interface EnginePort {
  start(listener: EngineListener): EngineSession;
}

/** Who this worker is. */
export interface Identity {
  readonly instanceId: InstanceId;
  readonly zone: string;
  readonly model: string;
  /** As the stage's configuration names the model's weights. */
  readonly source: string;
  /** When its machine is ended, as the machine's tag says. */
  readonly expiresMs: number;
}

export interface AgentPorts {
  readonly store: ObjectStore;
  readonly jobs: ByTier<JobQueue>;
  readonly events: JobQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metadata: Metadata;
  readonly engine: EnginePort;
  /** Absent: not known, as where no machine was booted. */
  readonly beforeAgent?: BeforeAgent;
  /** The agent's folder, for checkpoints that are fetched. The engine has its own folder in it. */
  readonly folder: string;
}

export type Settings = Pick<
  WorkerConfig,
  | "visibility_seconds"
  | "heartbeat_seconds"
  | "interruption_poll_seconds"
  | "idle_exit_seconds"
  | "max_lifetime_seconds"
  | "waits_to_be_taken"
  | "max_failures_per_item"
  | "max_interruptions_per_item"
>;
