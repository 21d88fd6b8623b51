import { noAttempts, readAttempts } from "../../../shared/batch/progress/attempts.ts";
import { readResult } from "../../../shared/batch/progress/batch-files.ts";
import { resultWithoutAudio } from "../../../shared/batch/progress/result-without-audio.ts";
import { jsonOf } from "../../../shared/contract/json.ts";
import type { JobMessage } from "../../../shared/contract/messages.ts";
import { jobMessageSchema } from "../../../shared/contract/messages.ts";
import type { ReceivedMessage } from "../../../shared/ports.ts";
import type { Control, ControlCache } from "./control-cache.ts";
import type { Lease, Job } from "../jobs/job.ts";
import { attemptNumber, engineDiedCode, newJob } from "../jobs/job.ts";
import { resultOfMalformed } from "./malformed.ts";
import type { AgentPorts, Identity } from "../ports.ts";
import type { Checkpoints } from "../jobs/checkpoints.ts";
import type { Committer } from "../jobs/committer.ts";
import type { Reporter } from "../jobs/reporter.ts";
import type { SourceFiles } from "../jobs/source-files.ts";

/** What a message is: a job; one that needs nothing more; or not for this worker. */
export type Screened =
  | { readonly kind: "job"; readonly job: Job }
  | { readonly kind: "handled" }
  | { readonly kind: "not_ours"; readonly why: string };

const notOurs = (why: string): Screened => ({ kind: "not_ours", why });

/** Checks each message before it costs any engine time. */
export class Screener {
  readonly #ports: AgentPorts;
  readonly #identity: Identity;
  readonly #committer: Committer;
  readonly #reporter: Reporter;
  readonly #checkpoints: Checkpoints;
  readonly #control: ControlCache;
  readonly #sources: SourceFiles;

  constructor(
    ports: AgentPorts,
    identity: Identity,
    parts: {
      readonly committer: Committer;
      readonly reporter: Reporter;
      readonly checkpoints: Checkpoints;
      readonly control: ControlCache;
      readonly sources: SourceFiles;
    },
  ) {
    this.#ports = ports;
    this.#identity = identity;
    this.#committer = parts.committer;
    this.#reporter = parts.reporter;
    this.#checkpoints = parts.checkpoints;
    this.#control = parts.control;
    this.#sources = parts.sources;
  }

  async screen(received: ReceivedMessage, lease: Lease): Promise<Screened> {
    const json = jsonOf(received.body);
    const parsed = jobMessageSchema.safeParse(json);
    if (!parsed.success) return this.#malformed(lease, json, parsed.error.message);
    const message = parsed.data;
    if (message.model !== this.#identity.model) return notOurs(`it is for the model ${message.model}`);
    // A first message has no result and no attempts yet: looking for them would cost a read per clip.
    const mayHavePast = message.resent || received.receiveCount > 1;
    if (mayHavePast && (await this.#hasResult(lease, message))) return { kind: "handled" };
    const control = await this.#control.of(message.batch_id);
    if (await this.#isUnwanted(lease, message, control)) return { kind: "handled" };
    if (control.isHeld) {
      this.#reporter.setAside(lease, message);
      return { kind: "handled" };
    }
    const attempt = attemptNumber(message, this.#ports.clock.nowMs(), this.#identity.instanceId);
    const source = await this.#sources.fetch(message, attempt);
    if (source === "gone") return this.#sourceIsGone(lease, message);
    const sourcePath = source === "none" ? null : source.path;
    return { kind: "job", job: await this.#begin(lease, message, { attempt, sourcePath, mayHavePast }) };
  }

  async #malformed(lease: Lease, json: unknown, fault: string): Promise<Screened> {
    const result = await resultOfMalformed(this.#ports, this.#identity.instanceId, json, fault);
    if (result === null) return notOurs(fault);
    this.#ports.log.error("a message is malformed; its item ends as failed", { item: result.item_id, fault });
    await this.#committer.commit(lease, result);
    return { kind: "handled" };
  }

  async #hasResult(lease: Lease, message: JobMessage): Promise<boolean> {
    const result = await readResult(this.#ports.store, message.batch_id, message.index);
    if (result !== null) this.#reporter.finish(lease, result);
    return result !== null;
  }

  async #isUnwanted(lease: Lease, message: JobMessage, control: Control): Promise<boolean> {
    const outcome =
      control.cancel !== null || control.canceledItems.has(message.index)
        ? "canceled"
        : message.expires_at !== null && this.#ports.clock.nowMs() >= Date.parse(message.expires_at)
          ? "expired"
          : null;
    if (outcome === null) return false;
    const { instanceId } = this.#identity;
    const result = resultWithoutAudio(this.#ports, message, { instanceId, outcome, error: null });
    await this.#committer.commit(lease, result);
    return true;
  }

  async #sourceIsGone(lease: Lease, message: JobMessage): Promise<Screened> {
    const { instanceId } = this.#identity;
    const error = { code: "bad_request" as const, detail: "what it continues is not there any more" };
    const result = resultWithoutAudio(this.#ports, message, { instanceId, outcome: "failed", error });
    await this.#committer.commit(lease, result);
    return { kind: "handled" };
  }

  async #begin(
    lease: Lease,
    message: JobMessage,
    {
      attempt,
      sourcePath,
      mayHavePast,
    }: { attempt: number; sourcePath: string | null; mayHavePast: boolean },
  ): Promise<Job> {
    const past = mayHavePast ? await readAttempts(this.#ports.store, message) : noAttempts;
    const { failures, interruptions } = past;
    return newJob(lease, message, attempt, {
      interruptions,
      interruptedSteps: past.interrupted_steps,
      suspect: failures.some((failure) => failure.code === engineDiedCode),
      spent: past.spent,
      sourcePath,
      resumePath: interruptions > 0 ? await this.#checkpoints.fetch(message, attempt) : null,
    });
  }
}
