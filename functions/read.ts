/** Answers every GET that changes nothing, and all requests without a route. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { jobQueuesOf, spotPricesOf, storeOf } from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { apiHandler } from "./http/api.ts";
import { readRoutes } from "./http/read/read-routes.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("read");
const ports = {
  store: storeOf(config, clock),
  jobQueues: jobQueuesOf(config),
  spotPrices: spotPricesOf(config),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(apiHandler(readRoutes(ports, config.settings), log), log);
