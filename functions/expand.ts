/** Makes a batch of an upload: checks its lines, then sends its items to their queue. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { jobQueuesOf, launcherOf, storeOf, webhooksOf } from "../shared/aws/ports.ts";
import { expandBatch } from "../shared/batch/expand/expand.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { expandEventSchema } from "../shared/contract/messages.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { inContext } from "./lambda-context.ts";

/** The function runs for 15 minutes at most (serverless.yml), and a chunk takes seconds. */
const beginWithinMs = 840_000;

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("expand");
const ports = {
  store: storeOf(config, clock),
  jobQueues: jobQueuesOf(config),
  webhooks: webhooksOf(config),
  launcher: launcherOf(config),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(async (event: unknown) => {
  const { batch_id: batchId } = expandEventSchema.parse(event);
  const result = await expandBatch(batchId, ports, config.settings, clock.nowMs() + beginWithinMs);
  log.info("expanded an upload", { batchId, result });
}, log);
