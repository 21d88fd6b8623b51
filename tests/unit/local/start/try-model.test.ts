import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tryModel } from "../../../../local/start/try-model.ts";

const root = process.cwd();
const signal = new AbortController().signal;

test("a model that the engine loads is ready", async () => {
  expect(await tryModel(join(root, ".local", "models", "tiny-random"), root, signal)).toBeNull();
});

test("a folder that holds no MusicGen is told with the engine's own words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mgb-no-model-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(join(folder, "config.json"), "{}");
  const failure = await tryModel(folder, root, signal);
  const detail = "expected a musicgen checkpoint, got model_type None";
  expect(failure).toEqual({ code: "bad_model", detail });
});
