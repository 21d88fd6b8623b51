/** An engine without a model. It follows the engine's protocol, and takes its steps in virtual time. */
import type { EngineCommand, EngineReady } from "../../shared/contract/engine-protocol.ts";
import type { Clock } from "../../shared/ports.ts";
import type { EngineListener, EnginePort, EngineSession } from "../../worker/agent/ports.ts";
import { sleptOut } from "../../worker/agent/flow/pause.ts";
import type { Disk } from "../faults/mortal-store.ts";

type Submit = Extract<EngineCommand, { type: "submit" }>;

export interface EngineSpeed {
  readonly model: string;
  readonly slots: number;
  /** Seconds of audio made in a second with all slots busy. */
  readonly fullRate: number;
  /** The number of clips at which a step takes twice as long as with none. Below it, latency limits a step. */
  readonly latencyClips: number;
  readonly loadMs: number;
  /** The pace that it reports, as shares of its true pace. If left out, it reports the true pace. */
  readonly told?: {
    /** At its start, from a trial. */
    readonly atStart: number;
    /** After this many finished clips, measured on them. */
    readonly measured: number;
    readonly afterClips: number;
  };
}
/** A prompt with one of these texts always fails in this way. */
export const mishaps = {
  fails: "an item that always fails",
  kills: "an item that kills the engine",
} as const;

const stepsPerSecond = 50;
/** The steps of a whole clip: its frames, and the delay of the last codebook. */
export const stepsOf = (seconds: number): number => Math.round(seconds * stepsPerSecond) + 3;
const progressMs = 15_000;
/** After eight finished clips an engine reports its pace. */
const exactly = { atStart: 1, measured: 1, afterClips: 8 };

/** Seconds of audio made in a second with this many slots busy. */
export function rateWith(clips: number, { slots, fullRate, latencyClips }: EngineSpeed): number {
  return (fullRate * (slots + latencyClips) * clips) / (slots * (clips + latencyClips));
}

export class SimulatedEngine implements EnginePort {
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #speed: EngineSpeed;
  #session: SimulatedSession | null = null;

  constructor(clock: Clock, disk: Disk, speed: EngineSpeed) {
    this.#clock = clock;
    this.#disk = disk;
    this.#speed = speed;
  }

  start(listener: EngineListener): EngineSession {
    this.#session = new SimulatedSession(this.#clock, this.#disk, this.#speed, listener);
    return this.#session;
  }

  /** Clips that it has and that are not finished. */
  get clips(): number {
    return this.#session?.clips ?? 0;
  }
}

interface Clip {
  readonly submit: Submit;
  readonly steps: number;
  readonly resumedAt: number;
  step: number;
  gpuSeconds: number;
}

class SimulatedSession implements EngineSession {
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #speed: EngineSpeed;
  readonly #listener: EngineListener;
  readonly #waiting: Clip[] = [];
  readonly #running = new Set<Clip>();
  #isAlive = true;
  #made = 0;
  #toldMs = 0;
  #woken = new AbortController();

  constructor(clock: Clock, disk: Disk, speed: EngineSpeed, listener: EngineListener) {
    this.#clock = clock;
    this.#disk = disk;
    this.#speed = speed;
    this.#listener = listener;
    void this.#live();
  }

  get clips(): number {
    return this.#isAlive ? this.#waiting.length + this.#running.size : 0;
  }

  send(command: EngineCommand): void {
    if (!this.#isAlive) return;
    switch (command.type) {
      case "submit":
        this.#waiting.push(this.#clipOf(command));
        break;
      case "cancel":
        this.#cancel(command.id);
        break;
      case "drain":
        this.#drain();
        break;
      case "shutdown":
        this.#die("exit status 0");
    }
    this.#woken.abort();
  }

  kill(): void {
    this.#die("signal SIGKILL");
  }

  stop(): Promise<void> {
    this.send({ type: "shutdown" });
    return Promise.resolve();
  }

  async #live(): Promise<void> {
    await this.#clock.sleep(this.#speed.loadMs);
    if (this.#isAlive) this.#listener.said(readyOf(this.#speed));
    while (this.#isAlive) await this.#turn();
  }

  async #turn(): Promise<void> {
    this.#admit();
    await this.#advance();
    this.#finish();
  }

  #clipOf(submit: Submit): Clip {
    const steps = stepsOf(submit.duration_seconds);
    const resumedAt = submit.resume === null ? 0 : Number(this.#disk.get(submit.resume.path) ?? 0);
    return { submit, steps, resumedAt, step: resumedAt, gpuSeconds: 0 };
  }

  #admit(): void {
    while (this.#running.size < this.#speed.slots) {
      const clip = this.#waiting.shift();
      if (clip === undefined) return;
      this.#running.add(clip);
      this.#tell(clip);
    }
  }

  /** Takes steps until the first clip is done, the next report of progress is due, or a command comes. */
  async #advance(): Promise<void> {
    this.#woken = new AbortController();
    const clips = this.#running.size;
    if (clips === 0) {
      await sleptOut(this.#clock, 3_600_000, this.#woken.signal);
      return;
    }
    const stepsPerMs = (rateWith(clips, this.#speed) * stepsPerSecond) / clips / 1000;
    const left = Math.min(...[...this.#running].map(({ step, steps }) => steps - step));
    const fromMs = this.#clock.nowMs();
    const word = Math.max(1, this.#toldMs + progressMs - fromMs);
    const wholeMs = Math.ceil(left / stepsPerMs);
    await sleptOut(this.#clock, Math.min(wholeMs, word), this.#woken.signal);
    const passedMs = this.#clock.nowMs() - fromMs;
    for (const clip of this.#running) {
      clip.step = Math.min(clip.steps, clip.step + passedMs * stepsPerMs);
      clip.gpuSeconds += passedMs / 1000 / clips;
    }
  }

  #finish(): void {
    const done = [...this.#running].filter(({ step, steps }) => step >= steps);
    for (const clip of done) {
      if (!this.#isAlive) return;
      this.#running.delete(clip);
      this.#conclude(clip);
    }
    if (this.#clock.nowMs() < this.#toldMs + progressMs) return;
    this.#toldMs = this.#clock.nowMs();
    for (const clip of this.#running) this.#tell(clip);
  }

  #conclude(clip: Clip): void {
    const { id, prompt } = clip.submit;
    if (prompt === mishaps.kills) this.#die("signal SIGSEGV");
    else if (prompt === mishaps.fails)
      this.#listener.said({ type: "failed", id, code: "internal", detail: prompt, retryable: true });
    else this.#sayDone(clip);
  }

  #sayDone({ submit, steps, resumedAt, gpuSeconds }: Clip): void {
    this.#made += 1;
    const path = `/simulated/${submit.id}-${this.#made}.${submit.output.format}`;
    const audio = `audio of ${submit.id} from seed ${submit.seed}`;
    this.#disk.set(path, audio);
    this.#listener.said({
      type: "done",
      id: submit.id,
      path,
      codes_path: null,
      duration_seconds: submit.duration_seconds,
      sha256: "0".repeat(64),
      bytes: audio.length,
      checks: { lufs: -14, true_peak_dbtp: -1, silence_ratio: 0, clipped_samples: 0 },
      gpu_seconds: gpuSeconds,
      steps: steps - resumedAt,
      resumed_at_step: resumedAt,
      dtype: "float16",
    });
    const { fullRate, told = exactly } = this.#speed;
    if (this.#made < told.afterClips) return;
    this.#listener.said({
      type: "stats",
      audio_seconds_per_second: fullRate * told.measured,
      measured_clips: this.#made,
    });
  }

  #tell({ submit, step, steps }: Clip): void {
    this.#listener.said({ type: "progress", id: submit.id, step: Math.floor(step), steps });
  }

  #cancel(id: string): void {
    const waiting = this.#waiting.findIndex((clip) => clip.submit.id === id);
    const running = [...this.#running].find((clip) => clip.submit.id === id);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    if (running !== undefined) this.#running.delete(running);
    if (waiting < 0 && running === undefined) return;
    this.#listener.said({ type: "failed", id, code: "canceled", detail: "as told", retryable: false });
  }

  #drain(): void {
    for (const { submit, step: at, resumedAt, gpuSeconds } of [
      ...this.#running,
      ...this.#waiting.splice(0),
    ]) {
      const { id } = submit;
      const path = `/simulated/${id}.checkpoint`;
      const step = Math.floor(at);
      this.#disk.set(path, String(step));
      const spent = { steps: step - resumedAt, gpu_seconds: gpuSeconds };
      this.#listener.said({ type: "checkpoint", id, path, step, ...spent });
    }
    this.#running.clear();
  }

  #die(detail: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#running.clear();
    this.#woken.abort();
    this.#listener.exited(detail);
  }
}

const readyOf = ({ model, slots, fullRate, told = exactly }: EngineSpeed): EngineReady => ({
  type: "ready",
  model,
  revision: "0123456789ab",
  device: "cuda",
  device_name: "a simulated T4",
  dtype: "float16",
  slots,
  sample_rate: 32_000,
  engine_version: "0.0.0",
  guessed_audio_seconds_per_second: fullRate * told.atStart,
});
