/** The stage `local`, with the model that was asked for in place of its own. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ConfigError, type ModelConfig, parseStageConfig, type StageConfig } from "../../shared/config.ts";
import { limits } from "../../shared/contract/parameters.ts";

/** @throws ConfigError when the folder that was named holds no model. */
export function localStage(root: string, model: string | null, folderOfUser: string): StageConfig {
  const path = join("config", "local.json");
  const config = parseStageConfig(readFileSync(join(root, path), "utf8"), path);
  if (model !== null) return { ...config, models: [modelNamed(model, folderOfUser)] };
  return { ...config, models: config.models.map((own) => ({ ...own, source: resolve(root, own.source) })) };
}

function modelNamed(model: string, folderOfUser: string): ModelConfig {
  const folder = resolve(folderOfUser, model);
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  if (isFolder && !existsSync(join(folder, "config.json")))
    throw new ConfigError(
      `${folder} holds no model: expected the files of a Hugging Face MusicGen checkpoint`,
    );
  if (!isFolder && !/^[\w.-]+\/[\w.-]+$/.test(model))
    throw new ConfigError(
      `there is no folder ${folder}, and '${model}' is no Hugging Face id such as facebook/musicgen-small`,
    );
  return {
    id: isFolder ? basename(folder) : model,
    display_name: isFolder ? basename(folder) : model,
    source: isFolder ? folder : model,
    licence: model.startsWith("facebook/") ? "CC-BY-NC-4.0" : "see the model's own",
    // A processor, not a T4: the first clips will tell.
    audio_seconds_per_gpu_second: 0.2,
    max_duration_seconds: limits.durationSeconds,
  };
}
