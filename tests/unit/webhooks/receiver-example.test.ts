/** The receiver of docs/webhooks.md, as it stands there. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { webhookSender } from "../../../shared/system/webhook-sender.ts";
import { signedHeaders } from "../../../shared/webhooks/sign.ts";
import { ended } from "./world.ts";

const root = join(import.meta.dirname, "../../..");
const [, example = ""] = /```js\n(.*?)```/s.exec(readFileSync(join(root, "docs/webhooks.md"), "utf8")) ?? [];
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;

test("twenty lines take what we sign, know a repeat, and refuse another secret", async () => {
  expect(example.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  // It says on which port it listens, once it does: one that is free.
  const listen = `listen(0, "127.0.0.1", function () { console.log("listens on " + this.address().port); })`;
  const code = example.replace("listen(8080)", listen);
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    env: { WEBHOOK_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const listens = new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, port] = /listens on (\d+)\n/.exec(said) ?? [];
      if (port !== undefined) resolve(port);
    });
  });
  try {
    const port = await listens;
    const sender = webhookSender({ insecure: true });
    const send = async (current: string) => {
      const body = JSON.stringify(ended().body);
      const headers = signedHeaders({ v: 1, current, old: null }, ended().id, body, Date.now());
      return sender.post({ url: `http://127.0.0.1:${port}/`, headers, body });
    };
    expect(await send(secret)).toMatchObject({ status: 204 });
    expect(await send(secret)).toMatchObject({ status: 204 });
    expect(await send(other)).toMatchObject({ status: 400 });
    expect(said.match(/batch\.ended/g)).toHaveLength(1);
  } finally {
    child.kill();
  }
});
