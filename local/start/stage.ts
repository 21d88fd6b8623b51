/** The stage `local`, with the model that was asked for in place of its own. */
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ConfigError, type ModelConfig, parseStageConfig, type StageConfig } from "../../shared/config.ts";
import { limits } from "../../shared/contract/api/parameters.ts";
import { modelSource } from "./model.mjs";

/** @throws ConfigError when the folder that was named holds no model. */
export function localStage(root: string, model: string | null, folderOfUser: string): StageConfig {
  const path = join("config", "local.json");
  const config = parseStageConfig(readFileSync(join(root, path), "utf8"), path);
  if (model !== null) return { ...config, models: [modelNamed(model, folderOfUser)] };
  return { ...config, models: config.models.map((own) => ({ ...own, source: resolve(root, own.source) })) };
}

function modelNamed(model: string, folderOfUser: string): ModelConfig {
  const source = modelSource(model, folderOfUser);
  if (source.kind === "mistake") throw new ConfigError(source.text);
  const id = source.kind === "folder" ? basename(source.path) : source.id;
  return {
    id,
    display_name: id,
    source: source.kind === "folder" ? source.path : source.id,
    licence: model.startsWith("facebook/") ? "CC-BY-NC-4.0" : "see the model's own",
    // A processor, not a T4: the first clips will tell.
    audio_seconds_per_gpu_second: 0.2,
    max_duration_seconds: limits.durationSeconds,
  };
}
