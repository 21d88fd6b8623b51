import type {
  EngineCommand,
  EngineEvent,
  EngineReady,
  EngineStartFailure,
} from "../../../shared/contract/engine-protocol.ts";
import type { WorkerRecord } from "../../../shared/contract/records/fleet-records.ts";
import { startFailure, type StartFailure } from "../../../shared/contract/start-failure.ts";
import type { Clock, Log } from "../../../shared/ports.ts";
import type { EnginePort, EngineSession } from "../ports.ts";
import type { Tasks } from "../flow/tasks.ts";

const restartMs = 1_000;
/** In a row, with no finished item between them: the machine cannot run the engine. */
const deathsTooMany = 2;

type EnginePace = Pick<
  WorkerRecord,
  "slots" | "audio_seconds_per_second" | "guessed_audio_seconds_per_second"
>;

export interface EngineEvents {
  ready(): void;
  said(event: EngineEvent): void;
  /** It died: it will answer nothing of what it was given. */
  died(detail: string): void;
  /** It died too often and is not started again. @param failure why, as far as the engine said */
  hopeless(failure: StartFailure): void;
}

/** Keeps one engine process running: starts it, and restarts it when it dies, until it has died too often. */
export class EngineKeeper {
  readonly #port: EnginePort;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tasks: Tasks;
  readonly #events: EngineEvents;
  #session: EngineSession | null = null;
  #ready: EngineReady | null = null;
  #startFailure: EngineStartFailure | null = null;
  /** Audio seconds a second with all slots full, measured on finished clips; null before the first eight. */
  #measuredPace: number | null = null;
  #deathsInARow = 0;
  #lastHeardMs = 0;
  #retired = false;

  constructor(
    ports: { readonly engine: EnginePort; readonly clock: Clock; readonly log: Log },
    tasks: Tasks,
    events: EngineEvents,
  ) {
    this.#port = ports.engine;
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#tasks = tasks;
    this.#events = events;
  }

  /** What the engine said about itself; null while none is ready. */
  get ready(): EngineReady | null {
    return this.#ready;
  }

  /** Clips that the engine makes at once; 0 while none is ready. */
  get slots(): number {
    return this.#ready?.slots ?? 0;
  }

  /** For the heartbeat. */
  told(): EnginePace {
    return {
      slots: this.slots,
      audio_seconds_per_second: this.#measuredPace,
      guessed_audio_seconds_per_second: this.#ready?.guessed_audio_seconds_per_second ?? null,
    };
  }

  get silentMs(): number {
    return this.#clock.nowMs() - this.#lastHeardMs;
  }

  start(): void {
    this.#lastHeardMs = this.#clock.nowMs();
    this.#startFailure = null;
    this.#session = this.#port.start({
      said: (event) => {
        this.#heard(event);
      },
      exited: (detail) => {
        this.#exited(detail);
      },
    });
  }

  send(command: EngineCommand): void {
    this.#session?.send(command);
  }

  /** SIGKILL. `died` follows. */
  kill(): void {
    this.#session?.kill();
  }

  /** From now on a dead engine is not restarted. */
  retire(): void {
    this.#retired = true;
  }

  async stop(): Promise<void> {
    this.#retired = true;
    await this.#session?.stop();
  }

  #heard(event: EngineEvent): void {
    this.#lastHeardMs = this.#clock.nowMs();
    if (event.type === "done") this.#deathsInARow = 0;
    switch (event.type) {
      case "ready":
        this.#ready = event;
        this.#log.info("the engine is ready", { ...event });
        this.#events.ready();
        return;
      case "failed_to_start":
        this.#startFailure = event;
        return;
      case "stats":
        this.#measuredPace = event.audio_seconds_per_second;
        return;
      case "progress":
      case "done":
      case "checkpoint":
      case "failed":
        this.#events.said(event);
    }
  }

  #exited(detail: string): void {
    this.#session = null;
    this.#ready = null;
    this.#deathsInARow += 1;
    if (!this.#retired)
      this.#log.error("the engine died", {
        detail,
        deathsInARow: this.#deathsInARow,
        startFailure: this.#startFailure,
      });
    this.#events.died(detail);
    if (this.#retired) return;
    if (this.#deathsInARow < deathsTooMany) void this.#tasks.watch("start the engine", this.#startLater());
    else this.#events.hopeless(this.#failure(detail));
  }

  #failure(detail: string): StartFailure {
    const told = this.#startFailure;
    return told === null ? startFailure("engine_crashed", detail) : startFailure(told.code, told.detail);
  }

  async #startLater(): Promise<void> {
    if ((await this.#tasks.sleep(restartMs)) && !this.#retired) this.start();
  }
}
