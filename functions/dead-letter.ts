/** Looks again at messages that were received too often. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { jobQueuesOf, storeOf } from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { inContext } from "./lambda-context.ts";
import { lookAgain } from "./queues/look-again.ts";

const config = runtimeConfigFrom(process.env);
const log = powertoolsLog("dead-letter");
const ports = {
  store: storeOf(config),
  jobQueues: jobQueuesOf(config),
  clock: systemClock,
  random: systemRandom,
  log,
};

export const handler = inContext(lookAgain(ports, config.settings), log);
