import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type { PowertoolsLog } from "../shared/aws/log.ts";

/** Every line that the function logs names the invocation. */
export const inContext = <E, R>(handler: (event: E, context: Context) => Promise<R>, log: PowertoolsLog) =>
  middy<E, R>(handler).use(injectLambdaContext(log.logger));
