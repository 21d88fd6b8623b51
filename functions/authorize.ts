/** The authorizer: finds out who calls, by API key. It is the only function that may read the keys. */
import { powertoolsLog } from "../shared/aws/log.ts";
import { storeOf } from "../shared/aws/ports.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { StoreClock } from "../shared/system/store-clock.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { authorizer } from "./http/authorizer.ts";
import { inContext } from "./lambda-context.ts";

const config = runtimeConfigFrom(process.env);
const clock = new StoreClock(systemClock);
const log = powertoolsLog("authorize");

export const handler = inContext(authorizer({ store: storeOf(config, clock), clock }), log);
