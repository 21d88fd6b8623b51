import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  EngineCommand,
  EngineDone,
  EngineReady,
  EngineStartFailure,
} from "../../../shared/contract/engine-protocol.ts";
import type { Clock } from "../../../shared/ports.ts";
import type { EngineListener, EnginePort, EngineSession } from "../../../worker/agent/ports.ts";

type Submit = Extract<EngineCommand, { type: "submit" }>;
/** What the engine does with a clip instead of making it. */
export type Mishap =
  | {
      readonly kind: "fails";
      readonly code: "numeric" | "internal" | "bad_request";
      readonly retryable: boolean;
    }
  | { readonly kind: "kills the process" }
  | { readonly kind: "hangs" };

export interface FakeEngineOptions {
  readonly clock: Clock;
  readonly folder: string;
  readonly slots?: number;
  readonly loadMs?: number;
  /** How long a clip of one second takes. */
  readonly msPerAudioSecond?: number;
  readonly mishap?: (submit: Submit) => Mishap | null;
  /** The process dies while it loads. */
  readonly diesLoading?: () => boolean;
  /** It says why it cannot start, and ends. */
  readonly startFailure?: EngineStartFailure;
  readonly guessedPace?: number;
}

const stepsPerSecond = 50;
/** The engine reports its pace from so many finished clips on. */
const clipsToMeasure = 8;
/** A second of audio takes half a second of engine time. */
const gpuSecondsOf = (steps: number): number => Math.round(steps / stepsPerSecond) / 2;

/** An engine without a process: it keeps the protocol, on the clock that it is given. */
export class FakeEngine implements EnginePort {
  readonly #options: FakeEngineOptions;
  readonly sessions: FakeSession[] = [];

  constructor(options: FakeEngineOptions) {
    this.#options = options;
  }

  /** Every submit that its processes were given, in order. */
  get submits(): readonly Submit[] {
    return this.sessions.flatMap((session) => session.submits);
  }

  start(listener: EngineListener): EngineSession {
    const session = new FakeSession(this.#options, listener);
    this.sessions.push(session);
    return session;
  }
}

interface Clip {
  readonly submit: Submit;
  readonly steps: number;
  readonly resumedAt: number;
  step: number;
  isRunning: boolean;
}

export class FakeSession implements EngineSession {
  readonly submits: Submit[] = [];
  readonly commands: EngineCommand[] = [];
  readonly #options: FakeEngineOptions;
  readonly #listener: EngineListener;
  readonly #clips = new Map<string, Clip>();
  #isAlive = true;
  #isReady = false;
  #isDraining = false;
  #made = 0;

  constructor(options: FakeEngineOptions, listener: EngineListener) {
    this.#options = options;
    this.#listener = listener;
    void this.#load();
  }

  get running(): number {
    return [...this.#clips.values()].filter((clip) => clip.isRunning).length;
  }

  send(command: EngineCommand): void {
    if (!this.#isAlive) return;
    this.commands.push(command);
    switch (command.type) {
      case "submit":
        this.#submit(command);
        return;
      case "cancel":
        if (this.#clips.delete(command.id)) this.#failed(command.id, "canceled", false);
        this.#fill();
        return;
      case "drain":
        this.#drain();
        return;
      case "shutdown":
        this.#die("exit status 0");
    }
  }

  kill(): void {
    this.#die("signal SIGKILL");
  }

  stop(): Promise<void> {
    this.send({ type: "shutdown" });
    return Promise.resolve();
  }

  async #load(): Promise<void> {
    await this.#options.clock.sleep(this.#options.loadMs ?? 5_000);
    if (!this.#isAlive) return;
    if (this.#options.diesLoading?.() === true) {
      this.#die("exit status 1");
      return;
    }
    if (this.#options.startFailure !== undefined) {
      this.#listener.said(this.#options.startFailure);
      this.#die("exit status 2");
      return;
    }
    this.#isReady = true;
    this.#listener.said({
      ...fakeReady(this.#options.slots ?? 2),
      guessed_audio_seconds_per_second: this.#options.guessedPace ?? null,
    });
    this.#fill();
  }

  #submit(submit: Submit): void {
    this.submits.push(submit);
    const steps = Math.round(submit.duration_seconds * stepsPerSecond) + 3;
    const resumedAt =
      submit.resume === null ? 0 : Number(/\d+$/.exec(readFileSync(submit.resume.path, "utf8")));
    this.#clips.set(submit.id, { submit, steps, resumedAt, step: resumedAt, isRunning: false });
    this.#fill();
  }

  #fill(): void {
    if (!this.#isReady || this.#isDraining) return;
    for (const clip of this.#clips.values()) {
      if (this.running >= (this.#options.slots ?? 2)) return;
      if (!clip.isRunning) void this.#make(clip);
    }
  }

  async #make(clip: Clip): Promise<void> {
    clip.isRunning = true;
    const { submit } = clip;
    const mishap = this.#options.mishap?.(submit) ?? null;
    const stepMs = (this.#options.msPerAudioSecond ?? 1_000) / stepsPerSecond;
    while (clip.step < clip.steps) {
      const made = Math.min(stepsPerSecond, clip.steps - clip.step);
      await this.#options.clock.sleep(made * stepMs);
      if (!this.#isAlive || this.#clips.get(submit.id) !== clip) return;
      if (mishap?.kind === "hangs") return;
      if (mishap?.kind === "kills the process") {
        this.#die("signal SIGSEGV");
        return;
      }
      clip.step += made;
      if (clip.step < clip.steps)
        this.#listener.said({ type: "progress", id: submit.id, step: clip.step, steps: clip.steps });
    }
    this.#clips.delete(submit.id);
    if (mishap?.kind === "fails") this.#failed(submit.id, mishap.code, mishap.retryable);
    else this.#sayDone(clip);
    this.#fill();
  }

  #drain(): void {
    this.#isDraining = true;
    for (const [id, clip] of this.#clips) {
      if (!clip.isRunning || this.#options.mishap?.(clip.submit)?.kind !== "hangs")
        this.#checkpoint(id, clip);
    }
  }

  #checkpoint(id: string, clip: Clip): void {
    this.#clips.delete(id);
    const path = join(this.#options.folder, `${id}.checkpoint`);
    writeFileSync(path, `codes up to ${clip.step}`);
    this.#listener.said({
      type: "checkpoint",
      id,
      path,
      step: clip.step,
      steps: clip.step - clip.resumedAt,
      gpu_seconds: gpuSecondsOf(clip.step - clip.resumedAt),
    });
  }

  #sayDone(clip: Clip): void {
    this.#listener.said(this.#done(clip));
    this.#made += 1;
    if (this.#made < clipsToMeasure) return;
    const pace = ((this.#options.slots ?? 2) * 1000) / (this.#options.msPerAudioSecond ?? 1_000);
    this.#listener.said({
      type: "stats",
      audio_seconds_per_second: pace,
      measured_clips: this.#made,
    });
  }

  #done({ submit, steps, resumedAt }: Clip): EngineDone {
    const path = join(this.#options.folder, `${submit.id}-${this.submits.length}.${submit.output.format}`);
    const audio = `audio of ${submit.id} from seed ${submit.seed}`;
    writeFileSync(path, audio);
    writeFileSync(path.replace(/\.\w+$/, ".json"), "{}");
    const codes_path = path.replace(/\.\w+$/, ".codes");
    writeFileSync(codes_path, `codes of ${submit.id}`);
    return {
      type: "done",
      id: submit.id,
      path,
      codes_path,
      duration_seconds: submit.duration_seconds,
      sha256: "0".repeat(64),
      bytes: audio.length,
      checks: { lufs: -14, true_peak_dbtp: -1, silence_ratio: 0, clipped_samples: 0 },
      gpu_seconds: gpuSecondsOf(steps - resumedAt),
      steps: steps - resumedAt,
      resumed_at_step: resumedAt,
      dtype: "float32",
    };
  }

  #failed(id: string, code: "canceled" | "numeric" | "internal" | "bad_request", retryable: boolean): void {
    this.#listener.said({ type: "failed", id, code, detail: `it was ${code}`, retryable });
  }

  #die(detail: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#clips.clear();
    this.#listener.exited(detail);
  }
}

export const fakeReady = (slots: number): EngineReady => ({
  type: "ready",
  model: "tiny-random",
  revision: "0123456789ab",
  device: "cpu",
  device_name: "a fake",
  dtype: "bfloat16",
  slots,
  sample_rate: 32_000,
  engine_version: "0.0.0",
  guessed_audio_seconds_per_second: null,
});
