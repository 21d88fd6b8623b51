/** Sends webhooks. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { storeOf, webhooksOf } from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { webhookSender } from "../shared/system/webhook-sender.ts";
import { inContext } from "./lambda-context.ts";
import { deliverMessages } from "./queues/deliver-messages.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("deliver");
const ports = {
  store: storeOf(config, clock),
  webhooks: webhooksOf(config),
  sender: webhookSender({ insecure: config.settings.insecure_webhooks }),
  clock,
  random: systemRandom,
  log,
};

export const handler = inContext(deliverMessages(ports), log);
