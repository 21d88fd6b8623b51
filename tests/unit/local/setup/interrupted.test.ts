/** Ctrl-C while `npm start` sets itself up, in a clone that was never set up. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../../ec2/patience.ts";
import { unsetClone } from "../unset-clone.ts";

let clone: string;
beforeEach(() => {
  clone = unsetClone();
});
afterEach(() => {
  rmSync(clone, { recursive: true });
});

/** An `npm` that says that it has begun, and never ends by itself. */
function endlessNpm(): string {
  const folder = join(clone, "path");
  mkdirSync(folder);
  writeFileSync(join(folder, "npm"), `#!/bin/sh\ntouch '${join(clone, "begun")}'\nexec sleep 600\n`);
  chmodSync(join(folder, "npm"), 0o755);
  return folder;
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s during the set-up ends it with one line that says how it goes on, and no traceback",
  async (signal) => {
    const child = spawn(process.execPath, [join(clone, "local", "start.mjs")], {
      cwd: clone,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: `${endlessNpm()}:${process.env["PATH"] ?? ""}` },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    await eventually(() => existsSync(join(clone, "begun"))).toBe(true);
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(said).toMatch(/(^|\n)Set-up stopped\. The next start continues it\.\n$/);
    expect(said).not.toMatch(/\n\s+at |Error/);
    expect(existsSync(join(clone, ".local", "setup.lock"))).toBe(false);
  },
);
