/** How long each phase of this machine's boot took, as the heartbeat tells it. */
import type { EngineReady } from "../../../shared/contract/engine-protocol.ts";
import type { BootPhases } from "../../../shared/contract/records/fleet-records.ts";
import type { Clock } from "../../../shared/ports.ts";

/** What was over before the agent was made. */
export type BeforeAgent = Pick<BootPhases, "kernel_seconds" | "agent_seconds">;

const unknown: BeforeAgent = { kernel_seconds: null, agent_seconds: null };

export class BootTimes {
  readonly #clock: Clock;
  #phases: BootPhases;
  #sinceMs: number;

  constructor(clock: Clock, before: BeforeAgent = unknown) {
    this.#clock = clock;
    this.#sinceMs = clock.nowMs();
    this.#phases = {
      ...before,
      first_heartbeat_seconds: null,
      imports_seconds: null,
      weights_seconds: null,
      self_test_seconds: null,
    };
  }

  get told(): BootPhases {
    return this.#phases;
  }

  /** The engine is started next. */
  firstHeartbeatWritten(): void {
    this.#phases = { ...this.#phases, first_heartbeat_seconds: this.#over() };
  }

  /** Only the first start of the engine is part of the boot. */
  engineReady({ start }: Pick<EngineReady, "start">): void {
    if (this.#phases.imports_seconds !== null) return;
    const { weights_seconds: weights, trial_seconds: trial } = start ?? {};
    const rest = this.#over() - (weights ?? 0) - (trial ?? 0);
    this.#phases = {
      ...this.#phases,
      imports_seconds: rounded(rest),
      weights_seconds: weights === undefined ? null : rounded(weights),
      self_test_seconds: trial === undefined ? null : rounded(trial),
    };
  }

  #over(): number {
    const nowMs = this.#clock.nowMs();
    const seconds = (nowMs - this.#sinceMs) / 1000;
    this.#sinceMs = nowMs;
    return rounded(seconds);
  }
}

/** A clock that is set while the machine boots may run backwards. */
const rounded = (seconds: number): number => Math.max(0, Math.round(seconds * 10) / 10);

/**
 * A kernel that has run for longer than the machine may live is another machine's: this program is a process there, as
 * in the embedded cloud.
 * @param uptimeSeconds of the kernel @param programSeconds how long this program has run
 */
export function beforeAgent(
  uptimeSeconds: number,
  programSeconds: number,
  maxLifetimeSeconds: number,
): BeforeAgent {
  const isOwn = uptimeSeconds <= maxLifetimeSeconds;
  return {
    kernel_seconds: isOwn ? rounded(uptimeSeconds - programSeconds) : null,
    agent_seconds: rounded(programSeconds),
  };
}
