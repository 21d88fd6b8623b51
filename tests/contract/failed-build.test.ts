/** A function that cannot be built ends the packaging, and with it `mgb deploy`, which packages first. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runServerless } from "../../local/cloud/run-serverless.ts";

const root = join(import.meta.dirname, "..", "..");

/** The project, but for a function that imports what is not there. */
function brokenProject(): string {
  const broken = mkdtempSync(join(tmpdir(), "mgb-broken-"));
  onTestFinished(() => {
    rmSync(broken, { recursive: true, force: true });
  });
  for (const name of readdirSync(root).filter((each) => each !== "functions" && each !== "serverless.yml"))
    symlinkSync(join(root, name), join(broken, name));
  cpSync(join(root, "serverless.yml"), join(broken, "serverless.yml"));
  cpSync(join(root, "functions"), join(broken, "functions"), { recursive: true });
  writeFileSync(join(broken, "functions", "authorize.ts"), 'import "./not-there.ts";\n');
  return broken;
}

test("a build that fails ends with its error and a failure, and waits for nothing", async () => {
  const broken = brokenProject();
  const folder = mkdtempSync(join(tmpdir(), "mgb-broken-run-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const signal = AbortSignal.timeout(280_000);
  const packaged = runServerless({
    root: broken,
    folder,
    args: ["package", "--stage", "local"],
    environment: {},
    signal,
  });
  await expect(packaged).rejects.toThrow("serverless package failed");
  expect(readFileSync(join(folder, "serverless.log"), "utf8")).toContain("not-there.ts");
});
