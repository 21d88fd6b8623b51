/** The result record of a clip, and the commit: the one write that makes it the item's result. */
import type { ResultRecord } from "../../../shared/contract/records/batch-records.ts";
import { readResult } from "../../../shared/batch/progress/batch-files.ts";
import { resultWithoutAudio } from "../../../shared/batch/progress/result-without-audio.ts";
import { plus } from "../../../shared/billing/engine-time.ts";
import type { EngineDone, EngineReady } from "../../../shared/contract/engine-protocol.ts";
import type { MakerRecord } from "../../../shared/contract/records/reuse-records.ts";
import type { InstanceId } from "../../../shared/contract/ids.ts";
import { batchKeys } from "../../../shared/contract/records/keys.ts";
import type { Clock, ObjectStore, Random } from "../../../shared/ports.ts";
import { StoreError } from "../../../shared/ports.ts";
import { createRecord } from "../../../shared/records/records.ts";
import type { Identity } from "../ports.ts";
import type { Job } from "./job.ts";

export interface ResultPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
}
export const audioKeyOf = (job: Job): string =>
  batchKeys.audio(job.message.batch_id, job.message.index, job.attempt, job.message.parameters.output.format);

/** With what this machine makes its clips. */
export const makerOf = (engine: EngineReady, { source }: Pick<Identity, "source">): MakerRecord => ({
  v: 1,
  source,
  revision: engine.revision,
  engine_version: engine.engine_version,
  dtype: engine.dtype,
  device: engine.device_name,
});

/** The result of a clip that lies under {@link audioKeyOf}. */
export function succeeded(
  ports: ResultPorts,
  instanceId: InstanceId,
  job: Job,
  done: EngineDone,
  engine: EngineReady,
): ResultRecord {
  const { seed, parameters, continue_from } = job.message;
  return {
    ...resultWithoutAudio(ports, job.message, { instanceId, outcome: "succeeded", error: null }),
    attempt: job.attempt,
    audio: {
      key: audioKeyOf(job),
      format: parameters.output.format,
      bytes: done.bytes,
      sha256: done.sha256,
      duration_seconds: done.duration_seconds,
      sample_rate: engine.sample_rate,
      checks: done.checks,
    },
    provenance: {
      model: engine.model,
      revision: engine.revision,
      engine_version: engine.engine_version,
      dtype: done.dtype,
      device: engine.device_name,
      seed,
      parameters,
      ...(continue_from === undefined ? {} : { continue_from }),
    },
    gpu_seconds: done.gpu_seconds,
    steps: job.interruptedSteps + done.steps,
    interruptions: job.interruptions,
    spent: plus(job.spent, { instance_id: instanceId, gpu_seconds: job.gpuSeconds }),
  };
}

/**
 * The commit: the first writer wins.
 * @returns the item's result: this one, or the one that was first
 */
export async function commitResult(
  store: ObjectStore,
  result: ResultRecord,
  codes?: string,
): Promise<ResultRecord> {
  const key = batchKeys.result(result.batch_id, result.index);
  if (
    (await createRecord(store, key, { ...result, ...(codes !== undefined && { codes }) })).kind === "written"
  )
    return result;
  const winner = await readResult(store, result.batch_id, result.index);
  if (winner === null)
    throw new StoreError(`expected ${key} to stay, but it is gone`, key, {
      cause: "a result is never deleted while its batch is",
    });
  return winner;
}
