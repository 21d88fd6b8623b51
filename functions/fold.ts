/** Folds workers' events into progress. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { storeOf, webhooksOf } from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { inContext } from "./lambda-context.ts";
import { foldMessages } from "./queues/fold-messages.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("fold");
const ports = {
  store: storeOf(config, clock),
  webhooks: webhooksOf(config),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(foldMessages(ports), log);
