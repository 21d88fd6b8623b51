/** Takes batches, retries, cancels and deletes them, changes their budgets, and keeps webhook endpoints. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { expanderOf, jobQueuesOf, launcherOf, storeOf, webhooksOf } from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { resolveHost } from "../shared/system/resolve-host.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { apiHandler } from "./http/api.ts";
import { submitRoutes } from "./http/submit/submit-routes.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("submit");
const ports = {
  store: storeOf(config, clock),
  jobQueues: jobQueuesOf(config),
  webhooks: webhooksOf(config),
  resolve: resolveHost,
  launcher: launcherOf(config),
  expander: expanderOf(config),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(apiHandler(submitRoutes(ports, config.settings), log), log);
