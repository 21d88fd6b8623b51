/** The worker's program: the agent with the real ports. Exits with status 0 unless the worker is unhealthy. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { jsonOf } from "../../shared/contract/json.ts";
import { byTier } from "../../shared/contract/tiers.ts";
import type { WorkerConfig } from "../../shared/contract/worker-config.ts";
import { fleetKeys } from "../../shared/contract/records/keys.ts";
import { s3Client, sqsClient } from "../../shared/aws/clients.ts";
import { startFailure, startFailureMessage } from "../../shared/contract/start-failure.ts";
import { powertoolsLog } from "../../shared/aws/log.ts";
import { S3Store } from "../../shared/aws/s3/store.ts";
import { SqsQueue } from "../../shared/aws/sqs/queue.ts";
import type { JobQueue, Log, ObjectStore } from "../../shared/ports.ts";
import { StoreClock } from "../../shared/system/store-clock.ts";
import { systemClock } from "../../shared/system/system-clock.ts";
import { systemRandom } from "../../shared/system/system-random.ts";
import { Agent } from "./agent.ts";
import type { Boot } from "./lifecycle/boot.ts";
import { readBoot } from "./lifecycle/boot.ts";
import { beforeAgent } from "./lifecycle/boot-times.ts";
import { startBoxTimer } from "./lifecycle/box-timer.ts";
import { EngineProcess } from "./engine/engine-process.ts";
import { defaultImdsEndpoint, Imds } from "./lifecycle/imds.ts";
import type { AgentPorts, Metadata } from "./ports.ts";
import { MetadataError } from "./ports.ts";
import { withRetries } from "./flow/retry.ts";

const engineCommandSchema = z.array(z.string()).min(1);
const defaultEngineCommand = ["mgb-engine", "serve"];
const clock = new StoreClock(systemClock);
const real = { clock, random: systemRandom };

const environment = {
  metadataEndpoint: process.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? defaultImdsEndpoint,
  engineCommand: process.env["MGB_ENGINE_COMMAND"],
};

function engineCommand(source: string, out: string): string[] {
  const command =
    environment.engineCommand === undefined
      ? defaultEngineCommand
      : engineCommandSchema.parse(jsonOf(environment.engineCommand));
  return [...command, "--model", source, "--out", out];
}

function portsOf(
  { config, model }: Boot,
  made: Pick<AgentPorts, "store" | "metadata" | "log" | "folder">,
): AgentPorts {
  const client = sqsClient(config.region);
  const queue = (url: string): JobQueue => new SqsQueue({ ...real, client, url });
  return {
    ...real,
    ...made,
    beforeAgent: beforeAgent(uptime(), process.uptime(), config.max_lifetime_seconds),
    jobs: byTier((tier) => queue(model.queue_urls[tier])),
    events: queue(config.events_queue_url),
    engine: new EngineProcess(engineCommand(model.source, join(made.folder, "engine"))),
  };
}

const storeOf = (config: WorkerConfig): S3Store =>
  new S3Store({ ...real, client: s3Client(config.region), bucket: config.bucket });

/** Without it the worker cannot write a heartbeat: only its console can say why. */
async function bootOf(metadata: Metadata, log: Log): Promise<Boot | null> {
  try {
    // The network may come up a little later than this process.
    return await withRetries({ ...real, log }, "read the machine's metadata", () =>
      readBoot(metadata, clock.nowMs()),
    );
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error;
    log.error(startFailureMessage, startFailure("config_unreadable", error.message));
    return null;
  }
}

/** Any answer of S3 sets the clock, by which the end of the machine is then reckoned. */
async function setClock(store: ObjectStore, log: Log): Promise<void> {
  try {
    await store.exists(fleetKeys.latch);
  } catch (error) {
    log.warn("S3 did not answer, so the clock is not set by it; using the machine's own clock", { error });
  }
}

async function main(folder: string): Promise<number> {
  const log = powertoolsLog("worker");
  const metadata = new Imds(environment.metadataEndpoint);
  const boot = await bootOf(metadata, log);
  if (boot === null) return 1;
  log.info("booting", { ...boot.identity });
  const store = storeOf(boot.config);
  await setClock(store, log);
  await startBoxTimer(boot.identity.expiresMs - clock.nowMs());
  const agent = new Agent(portsOf(boot, { store, metadata, log, folder }), boot.identity, boot.config);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      agent.leave({ reason: "signal" });
    });
  const reason = await agent.run();
  log.info("the worker ends", { reason });
  return reason === "unhealthy" ? 1 : 0;
}

const folder = mkdtempSync(join(tmpdir(), "mgb-worker-"));
try {
  process.exitCode = await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// An open socket must not keep the process, and with it a machine that costs money.
process.exit();
