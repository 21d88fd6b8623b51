/** The programs that a deploy is made of, as it runs them: what a person is told when AWS refuses or does not answer. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let config: string;
let refusing: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mgb-deploy-"));
  config = join(folder, "prod.json");
  const example = JSON.parse(readFileSync("config/example.json", "utf8")) as object;
  const bootstrap = { source: "s3", version: "0".repeat(16), sha256: "0".repeat(64) };
  writeFileSync(config, JSON.stringify({ ...example, bootstrap }));
  refusing = createServer((_request, response) => {
    response.writeHead(403, { "content-type": "application/xml" });
    response.end("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
  });
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  refusing.close();
  rmSync(folder, { recursive: true });
});

const nobody = { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nowhere" };
const somebody = () => ({
  AWS_ACCESS_KEY_ID: "key",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL: `http://127.0.0.1:${String((refusing.address() as AddressInfo).port)}`,
});

function run(program: string, args: readonly string[], environment: object) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return new Promise<{ readonly exitCode: number | null; readonly said: string }>((resolve) =>
    child.on("close", (exitCode) => {
      resolve({ exitCode, said });
    }),
  );
}

const signIn = "Sign in (aws sso login, or aws configure)";
const policy = "npm run --silent mgb -- doctor --stage prod --policy deploy";

test.each<
  [name: string, program: string, given: string[], environment: () => object, said: string, last: string]
>([
  [
    "before anything is packaged: that nobody is signed in",
    "signed-in",
    [],
    () => nobody,
    signIn,
    "Nothing was deployed.",
  ],
  [
    "the upload of the worker's package: that AWS does not allow it",
    "worker-package",
    ["upload"],
    somebody,
    policy,
    "Machines install the worker from the bucket, and it is not there: npm run mgb -- deploy --stage prod",
  ],
  [
    "the last step: that AWS does not allow it",
    "finish",
    [],
    somebody,
    policy,
    "The stage prod is deployed all the same. Look at it: npm run mgb -- doctor --stage prod",
  ],
])("%s is told in sentences with the next step", async (_name, program, given, environment, said, last) => {
  const ended = await run(`account/deploy/${program}.ts`, [...given, "prod", config], environment());
  expect(ended.said).toContain(said);
  expect(ended.said.trimEnd().split("\n").at(-1)).toBe(last);
  expect(ended.said).not.toMatch(/\n\s+at /);
  expect(ended.exitCode).toBe(4);
});
