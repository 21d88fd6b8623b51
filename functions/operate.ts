/** Stops everything and proves it, opens the service again, and shows what the launcher would do now. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { fleetOf, jobQueuesOf, launcherOf, storeOf } from "../shared/aws/ports.ts";
import { openWork } from "../shared/batch/views/open-work.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { operateRoutes } from "./fleet/operate-routes.ts";
import { apiHandler } from "./http/api.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("operate");
const store = storeOf(config, clock);
const ports = {
  store,
  jobQueues: jobQueuesOf(config),
  fleet: fleetOf(config, clock, log),
  launcher: launcherOf(config),
  openWork: () => openWork({ store, clock, log }),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(apiHandler(operateRoutes(ports, config), log), log);
