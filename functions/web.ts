/** Serves the dashboard. The bundler makes it: see serverless/dashboard-plugin.cjs. */
import { files, page } from "musicgen-batch/dashboard";
import { powertoolsLog } from "../shared/aws/log.ts";
import { runtimeConfigFrom } from "../shared/config.ts";
import { bucketOrigin } from "./http/page/bucket-origin.ts";
import { dashboardHandler } from "./http/page/serve-dashboard.ts";
import { inContext } from "./lambda-context.ts";

const { stage, bucket, settings } = runtimeConfigFrom(process.env);
const log = powertoolsLog("web");
const site = { stage, bucketOrigin: bucketOrigin(bucket, settings.region, process.env["AWS_ENDPOINT_URL"]) };

export const handler = inContext(dashboardHandler({ page, files }, site), log);
