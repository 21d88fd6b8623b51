/** Where a stage's records are: in its bucket, on AWS or in the embedded cloud. */
import { embeddedStage, environmentOf } from "../cli/connection/embedded-aws.ts";
import { bucketOf } from "../shared/aws/ports.ts";
import type { StageConfig } from "../shared/config.ts";
import type { CloudFile } from "../shared/contract/cloud-file.ts";
import type { ObjectStore } from "../shared/ports.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";

/**
 * @param cloud the embedded cloud that is up, if one is
 * @throws RangeError when the stage is the embedded cloud's, and none is up
 */
export function stageStore(
  stage: string,
  { region, bucket }: Pick<StageConfig, "region" | "bucket">,
  cloud: Pick<CloudFile, "endpoints"> | null,
): ObjectStore {
  if (stage === embeddedStage) {
    if (cloud === null)
      throw new RangeError(
        `the stage '${stage}' is the embedded cloud's, and none is up here: npm start -- --keep`,
      );
    Object.assign(process.env, environmentOf(cloud.endpoints));
  }
  return bucketOf(region, bucket, new StoreClock(systemClock));
}
