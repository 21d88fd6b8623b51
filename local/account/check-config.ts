/** Reads a stage's configuration as a deploy does, and reports its mistakes. */
import { stageFromOptions } from "../../serverless/stage.ts";
import { ConfigError } from "../../shared/config.ts";

const [stage = "", path = ""] = process.argv.slice(2);
try {
  await stageFromOptions({ stage, param: [`config=${path}`] });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
