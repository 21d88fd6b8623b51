import { rmSync } from "node:fs";
import { join, parse } from "node:path";
import { addFailure, addInterruption, lastWord } from "../../../shared/batch/progress/attempts.ts";
import { keepForReuse, reuseKeyOf } from "../../../shared/batch/progress/reuse.ts";
import { resultWithoutAudio } from "../../../shared/batch/progress/result-without-audio.ts";
import { plus, type Spent } from "../../../shared/billing/engine-time.ts";
import type { EngineCheckpoint, EngineDone, EngineReady } from "../../../shared/contract/engine-protocol.ts";
import type { AttemptsRecord, ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import { withRetries } from "../flow/retry.ts";
import type { Tasks } from "../flow/tasks.ts";
import type { AgentPorts, Identity, Settings } from "../ports.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { packedCodes } from "./codes.ts";
import type { Lease, Job } from "./job.ts";
import type { Outcome } from "./outcome.ts";
import type { Reporter } from "./reporter.ts";
import { audioKeyOf, commitResult, makerOf, succeeded } from "./results.ts";
import { Tally } from "./tally.ts";

/** So that a failed item is not tried again at once. */
const afterFailureSeconds = 5;

const contentTypes = {
  wav: "audio/wav",
  flac: "audio/flac",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
} as const;

/**
 * Ends attempts: by a commit, or by a release to another worker. The order is always audio, commit, then the
 * deletion of the message and the event for `fold`. After a crash between any two, the message comes back and
 * finds its result.
 */
export class Committer {
  readonly tally = new Tally();
  readonly #ports: AgentPorts;
  readonly #identity: Identity;
  readonly #settings: Settings;
  readonly #reporter: Reporter;
  readonly #checkpoints: Checkpoints;
  readonly #tasks: Tasks;

  constructor(
    ports: AgentPorts,
    identity: Identity,
    settings: Settings,
    parts: { readonly reporter: Reporter; readonly checkpoints: Checkpoints; readonly tasks: Tasks },
  ) {
    this.#ports = ports;
    this.#identity = identity;
    this.#settings = settings;
    this.#reporter = parts.reporter;
    this.#checkpoints = parts.checkpoints;
    this.#tasks = parts.tasks;
  }

  /** End the attempt as its outcome says. */
  conclude(job: Job, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case "made":
        return this.#made(job, outcome.done, outcome.engine);
      case "ended":
        return this.#ended(job, outcome.outcome, outcome.error);
      case "failed":
        return this.#failed(job, outcome.code, outcome.detail);
      case "interrupted":
        return this.#interrupted(job, outcome.left);
      case "released":
        return this.#reporter.release(job, "leaving", 0);
    }
  }

  /** Commit, then report it and delete the message. @returns the item's result: this one, or an earlier one */
  async commit(lease: Lease, result: ResultRecord, codes?: string): Promise<ResultRecord> {
    const stored = await withRetries(this.#ports, `commit ${result.item_id}`, () =>
      commitResult(this.#ports.store, result, codes),
    );
    this.#reporter.finish(lease, stored);
    return stored;
  }

  async #made(job: Job, done: EngineDone, engine: EngineReady): Promise<void> {
    const { store } = this.#ports;
    const audioKey = audioKeyOf(job);
    const ours = succeeded(this.#ports, this.#identity.instanceId, job, done, engine);
    try {
      const codes = done.codes_path === null ? undefined : packedCodes(done.codes_path);
      const contentType = contentTypes[job.message.parameters.output.format];
      await withRetries(this.#ports, `upload ${audioKey}`, () =>
        store.putFile(audioKey, done.path, contentType),
      );
      const stored = await this.commit(job.lease, ours, codes);
      if (stored.nonce === ours.nonce) {
        this.tally.add(ours);
        await this.#keep(job, ours, { engine, codes });
      }
      // Another attempt was first. If this fails, the reconciler does it at the end of the batch.
      else await this.#tasks.watch(`delete ${audioKey}`, store.delete(audioKey));
    } finally {
      removeClip(done);
    }
    if (job.interruptions > 0) await this.#checkpoints.delete(job);
  }

  /** So that its owner can have it again. If this fails, it is made again. */
  async #keep(
    { message }: Job,
    result: ResultRecord,
    { engine, codes }: { readonly engine: EngineReady; readonly codes: string | undefined },
  ): Promise<void> {
    const { owner, model } = message;
    if (!message.reuse || owner === null) return;
    const maker = makerOf(engine, this.#identity);
    const key = reuseKeyOf({ owner, model, maker, item: message });
    await this.#tasks.watch("keep a clip for reuse", keepForReuse(this.#ports.store, key, result, codes));
  }

  async #ended(job: Job, outcome: "failed" | "canceled", error: ResultRecord["error"]): Promise<void> {
    const { instanceId } = this.#identity;
    const result = resultWithoutAudio(this.#ports, job.message, { instanceId, outcome, error });
    const { attempt, interruptions, interruptedSteps: steps } = job;
    const spent = plus(job.spent, this.#spent(job));
    await this.commit(job.lease, { ...result, attempt, interruptions, steps, spent });
    if (interruptions > 0) await this.#checkpoints.delete(job);
  }

  /** Counted, and tried again until there were too many failures. */
  async #failed(job: Job, code: string, detail: string): Promise<void> {
    const at = this.#nowIso();
    if (job.resumePath !== null) await this.#checkpoints.delete(job);
    const own = this.#spent(job);
    const past = await addFailure(this.#ports, job.message, { at, code, detail }, { own });
    const fields = { item: job.itemId, code, detail, failures: past.failures.length };
    this.#ports.log.warn("an attempt failed", fields);
    const error = lastWord(past, this.#settings);
    if (error === null) await this.#reporter.release(job, "failed", afterFailureSeconds);
    else await this.#ended(job, "failed", error);
  }

  async #interrupted(job: Job, left: EngineCheckpoint | null): Promise<void> {
    if (left !== null) await this.#checkpoints.save(job.message, left);
    const made = { steps: left?.steps ?? stepsReported(job), own: this.#spent(job) };
    const past = await addInterruption(this.#ports, job.message, made);
    const error = lastWord(past, this.#settings);
    if (error === null) await this.#reporter.release(job, "interrupted", 0);
    else await this.#ended(counted(job, past), "failed", error);
  }

  #spent({ gpuSeconds }: Job): Spent[number] {
    return { instance_id: this.#identity.instanceId, gpu_seconds: gpuSeconds };
  }

  #nowIso(): string {
    return new Date(this.#ports.clock.nowMs()).toISOString();
  }
}

/** The engine is gone, and its steps with it: it had made at least those that it reported. */
const stepsReported = ({ progress }: Job): number => (progress === null ? 0 : progress.step - progress.from);

/** The job with the interruption that has just been counted. */
const counted = (job: Job, { interruptions, interrupted_steps }: AttemptsRecord): Job => ({
  ...job,
  interruptions,
  interruptedSteps: interrupted_steps,
});

/** The audio, its codes, and the sidecar that the engine writes beside it: the result has what that says. */
function removeClip({ path, codes_path: codesPath }: EngineDone): void {
  const { dir, name } = parse(path);
  rmSync(path, { force: true });
  if (codesPath !== null) rmSync(codesPath, { force: true });
  rmSync(join(dir, `${name}.json`), { force: true });
}
