// An engine over the real pipes: keeps the protocol, makes a file of a few bytes for each clip.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { EngineCommand, EngineEvent } from "../../../../shared/contract/engine-protocol.ts";

const option = (name: string): string => process.argv[process.argv.indexOf(name) + 1] ?? "";
const out = option("--out");
const say = (event: EngineEvent): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

mkdirSync(out, { recursive: true });
say({
  type: "ready",
  model: option("--model"),
  revision: "0123456789ab",
  device: "cpu",
  device_name: "a script",
  dtype: "float32",
  slots: 2,
  sample_rate: 32000,
  engine_version: "0.0.0",
  guessed_audio_seconds_per_second: null,
});

function make({ id, prompt, duration_seconds, output }: Extract<EngineCommand, { type: "submit" }>): void {
  // The prompt is the script: what a test wants to happen.
  if (prompt === "die") process.kill(process.pid, "SIGKILL");
  if (prompt === "talk nonsense") {
    process.stdout.write("Loading weights: 100%\n");
    return;
  }
  const path = join(out, `${id}.${output.format}`);
  const audio = `audio of ${prompt}`;
  writeFileSync(path, audio);
  say({ type: "progress", id, step: 1, steps: 50 });
  say({
    type: "done",
    id,
    path,
    codes_path: path,
    duration_seconds,
    sha256: createHash("sha256").update(audio).digest("hex"),
    bytes: audio.length,
    checks: { lufs: null, true_peak_dbtp: null, silence_ratio: 1, clipped_samples: 0 },
    gpu_seconds: 0.01,
    steps: 50,
    resumed_at_step: 0,
    dtype: "float32",
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as EngineCommand;
  if (command.type === "submit") make(command);
  if (command.type === "shutdown") process.exit(0);
}
