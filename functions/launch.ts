/** The launcher: buys machines for waiting work, each minute and whenever it is woken. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { fleetOf, jobQueuesOf, storeOf, webhooksOf } from "../shared/aws/ports.ts";
import { openWork } from "../shared/batch/views/open-work.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { launchTick } from "../shared/fleet/launch/launch-tick.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("launch");
const store = storeOf(config, clock);
const ports = {
  store,
  jobQueues: jobQueuesOf(config),
  webhooks: webhooksOf(config),
  fleet: fleetOf(config, clock, log),
  openWork: () => openWork({ store, clock, log }),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(async () => {
  log.info("decided", { decision: await launchTick(ports, config) });
}, log);
