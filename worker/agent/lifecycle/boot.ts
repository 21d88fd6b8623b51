/** What a machine reads when it starts: who it is, and which model it was launched for. */
import { instanceIdSchema } from "../../../shared/contract/ids.ts";
import type { WorkerConfig } from "../../../shared/contract/worker-config.ts";
import { tagNames, userDataLine, workerConfigSchema } from "../../../shared/contract/worker-config.ts";
import type { Identity, Metadata } from "../ports.ts";
import { MetadataError } from "../ports.ts";

export interface Boot {
  readonly identity: Identity;
  readonly config: WorkerConfig;
  readonly model: WorkerConfig["models"][number];
}

/**
 * @param nowMs its lifetime begins here if no tag says when the machine ends
 * @throws MetadataError if user data or tags do not say what a worker must know
 */
export async function readBoot(metadata: Metadata, nowMs: number): Promise<Boot> {
  const config = parseUserData(await metadata.userData());
  const modelId = await metadata.tag(tagNames.model);
  const model = config.models.find((candidate) => candidate.id === modelId);
  if (model === undefined)
    throw new MetadataError(
      `expected the tag ${tagNames.model} to name one of ${config.models.map(({ id }) => id).join(", ")}, got ${modelId ?? "no tag"}`,
    );
  const instanceId = instanceIdSchema.parse(await metadata.instanceId());
  const tagged = Date.parse((await metadata.tag(tagNames.expiresAt)) ?? "");
  const expiresMs = Number.isNaN(tagged) ? nowMs + config.max_lifetime_seconds * 1000 : tagged;
  const zone = await metadata.zone();
  const identity = { instanceId, zone, model: model.id, source: model.source, expiresMs };
  return { identity, config, model };
}

function parseUserData(text: string): WorkerConfig {
  const line = text.split("\n").find((one) => one.startsWith(userDataLine));
  if (line === undefined)
    throw new MetadataError(`expected a line of the user data to begin with '${userDataLine}'`);
  try {
    return workerConfigSchema.parse(JSON.parse(line.slice(userDataLine.length)));
  } catch (cause) {
    throw new MetadataError("expected the user data to hold a worker's configuration as JSON", { cause });
  }
}
