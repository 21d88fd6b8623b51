import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refuseSecondCloud, removeCloudFile, writeCloudFile } from "../../../local/cloud/cloud-file.ts";
import { listenOnLoopback } from "../../../local/ec2/loopback-server.ts";
import type { CloudFile } from "../../../shared/contract/cloud-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-cloud-file-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const cloudAt = (apiUrl: string): CloudFile => ({
  apiUrl,
  keys: { read: "r", submit: "s", operate: "o" },
  bucket: "b",
  endpoints: { aws: "http://127.0.0.1:1", ec2: "http://127.0.0.1:2", ec2Control: "http://127.0.0.1:3" },
});

test("the file is for its owner alone, and holds what a client needs", () => {
  writeCloudFile(folder, cloudAt("http://127.0.0.1:4"));
  const path = join(folder, "cloud.json");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(cloudAt("http://127.0.0.1:4"));
});

test("a second cloud in a folder is refused while the first one runs", async () => {
  const server = await listenOnLoopback((_request, response) => response.end());
  writeCloudFile(folder, cloudAt(server.url));
  await expect(refuseSecondCloud(folder)).rejects.toThrow(
    `already running in this folder (${server.url}); press Ctrl-C in its terminal first`,
  );
  await server.close();
  await expect(refuseSecondCloud(folder)).resolves.toBeUndefined();
});

test.each([
  ["no file", null],
  ["a file that another version wrote", '{"apiUrl": 3}'],
  ["half a file", '{"apiUrl"'],
])("%s does not keep a cloud from starting", async (_name, text) => {
  if (text !== null) writeFileSync(join(folder, "cloud.json"), text);
  await expect(refuseSecondCloud(folder)).resolves.toBeUndefined();
});

test("removing the file twice is no error", () => {
  writeCloudFile(folder, cloudAt("http://127.0.0.1:4"));
  removeCloudFile(folder);
  removeCloudFile(folder);
  expect(() => statSync(join(folder, "cloud.json"))).toThrow("ENOENT");
});
