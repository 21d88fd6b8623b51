/** Each minute, ends machines that should end and reconciles the batches. It also receives EC2's events. */
import { powertoolsLog } from "../shared/aws/log.ts";
import {
  expanderOf,
  fleetOf,
  jobQueuesOf,
  launcherOf,
  spotPricesOf,
  storeOf,
  webhooksOf,
} from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { reapOrNote } from "./fleet/reap-and-reconcile.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("reap");
const ports = {
  store: storeOf(config, clock),
  jobQueues: jobQueuesOf(config),
  webhooks: webhooksOf(config),
  fleet: fleetOf(config, clock, log),
  spotPrices: spotPricesOf(config),
  launcher: launcherOf(config),
  expander: expanderOf(config),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext((event: unknown) => reapOrNote(event, ports, config), log);
