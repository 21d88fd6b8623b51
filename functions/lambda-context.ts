/** Adds the invocation to a function's log lines. */
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type { PowertoolsLog } from "../shared/aws/log.ts";

/** Every log line of the function names its invocation. */
export const inContext = <E, R>(handler: (event: E, context: Context) => Promise<R>, log: PowertoolsLog) =>
  middy<E, R>(handler).use(injectLambdaContext(log.logger));
