/** Stops everything and proves it, opens again, and shows what a launch would do now. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { fleetOf, jobQueuesOf, launcherOf, storeOf } from "../shared/aws/ports.ts";
import { openWork } from "../shared/batch/open-work.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { operateRoutes } from "./fleet/operate-routes.ts";
import { apiHandler } from "./http/api.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const log = powertoolsLog("operate");
const store = storeOf(config);
const ports = {
  store,
  jobQueues: jobQueuesOf(config),
  fleet: fleetOf(config, log),
  launcher: launcherOf(config),
  openWork: () => openWork({ store, clock: systemClock, log }),
  clock: systemClock,
  random: systemRandom,
  log,
};

export const handler = inContext(apiHandler(operateRoutes(ports, config), log), log);
