/** A table of captions, submitted, watched and pulled with three commands, as a user types them. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { captionsTable } from "../../unit/cli/prompts/captions-table.ts";
import { root } from "../start-cloud.ts";
import { cloud, noMachines, results } from "../world.ts";

const folder = mkdtempSync(join(tmpdir(), "mgb-captions-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await noMachines();
});

async function mgb(...args: readonly string[]) {
  const program = ["--disable-warning=ExperimentalWarning", join(root, "cli", "mgb.ts"), ...args];
  const child = spawn(process.execPath, program, {
    cwd: folder,
    // Where npm says that the user stands would win over the folder.
    env: {
      ...process.env,
      INIT_CWD: folder,
      HOME: folder,
      MGB_API_URL: cloud.apiUrl,
      MGB_API_KEY: cloud.keys.submit,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [out, err, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, exitCode };
}

test("a table of captions with nine columns becomes a folder of clips with three commands", async () => {
  writeFileSync(join(folder, "captions.csv"), captionsTable(60));
  const columns = ["--prompt-column", "caption", "--ignore-other-columns"];
  const terms = ["--duration", "1", "--speed", "fast", "--yes"];
  const submitted = await mgb("submit", "captions.csv", ...columns, ...terms);
  expect([submitted.exitCode, submitted.err]).toEqual([
    0,
    expect.stringContaining("60 items, 60 s of audio"),
  ]);
  const { id } = JSON.parse(submitted.out) as { id: string };

  const watched = await mgb("watch", id);
  expect([watched.exitCode, watched.err]).toEqual([0, ""]);
  const changes = watched.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(changes.at(-1)).toMatchObject({ outcome: "succeeded", counts: { total: 60, succeeded: 60 } });

  const pulled = await mgb("pull", id, "--out", "clips");
  expect(pulled.exitCode, pulled.err).toBe(0);
  const sums = readdirSync(join(folder, "clips")).map((name) =>
    createHash("sha256")
      .update(readFileSync(join(folder, "clips", name)))
      .digest("hex"),
  );
  const made = (await results(id)).map(({ audio }) => audio?.sha256);
  expect(sums.toSorted()).toEqual(made.toSorted());
});
