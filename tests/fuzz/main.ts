/**
 * `npm run fuzz:api`: schemathesis makes right and wrong requests of the OpenAPI document, and holds every answer
 * against it. They go to the real API over the ports in memory. What is said after `--` goes to schemathesis.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { batchIdSchema } from "../../shared/contract/ids.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { reopen } from "../../shared/fleet/stop/stop.ts";
import type { ChosenRoute } from "../memory-api/gateway.ts";
import { startMemoryApi } from "../memory-api/memory-api.ts";
import { makeClips } from "../memory-api/played-worker.ts";
import type { World } from "../unit/fleet/world.ts";

/** What a schema cannot say: a model that the stage serves, ids that differ, an Idempotency-Key that is new, dates in order. */
const beyondSchemas = "positive_data_acceptance";

let batches = 0;
/** The service is never stopped for long, and every second batch gets its clips: so all routes have something to tell. */
async function goOn(world: World, key: ChosenRoute, answer: APIGatewayProxyStructuredResultV2) {
  if (key === "POST /v1/stop") await reopen("fuzz", world.ports);
  if (key !== "POST /v1/batches" || answer.statusCode !== 202) return;
  batches += 1;
  if (batches % 2 === 0)
    await makeClips(world, batchIdSchema.parse((jsonOf(answer.body ?? "") as { id: unknown }).id));
}

const api = await startMemoryApi(goOn);
const key = await api.key("ada", ["read", "submit", "operate"]);
const args = [
  ["run", `${api.url}/openapi.json`, "--header", `Authorization: Bearer ${key}`],
  ["--checks", "all", "--exclude-checks", beyondSchemas, "--continue-on-failure"],
  ["--max-examples", "140", "--seed", "1"],
  process.argv.slice(2),
].flat();
const folder = join(import.meta.dirname, "..", "..", ".local", "fuzz");
const schemathesis = spawn(join(folder, "bin", "st"), args, {
  // It keeps there what it found.
  cwd: folder,
  stdio: "inherit",
  env: { ...process.env, SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: import.meta.dirname },
});
const exitCode = await new Promise<number>((resolve) => {
  schemathesis.on("close", (code) => {
    resolve(code ?? 1);
  });
});
await api.stop();
for (const { message, fields } of api.world.log.entries.filter(({ level }) => level === "error"))
  console.error(message, fields);
process.exitCode = exitCode;
