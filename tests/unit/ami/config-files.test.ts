import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useImage, usePackage, usersOf } from "../../../ami/config-files.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mgb-images-"));
  mkdirSync(join(root, "config"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});
const write = (name: string, text: string): string => {
  const path = join(root, "config", name);
  writeFileSync(path, text);
  return path;
};

test("the stages that use an image are known by their files", () => {
  write("prod.json", '{ "ami_id": "ami-1" }');
  write("test.json", '{ "ami_id": "ami-2" }');
  write("notes.txt", "ami-1");
  expect(usersOf(root, "ami-1")).toEqual(["config/prod.json"]);
  expect(usersOf(root, "ami-3")).toEqual([]);
});

test("an image is written into the file where the old one stood, with its root device, and nothing else changes", () => {
  const path = write(
    "prod.json",
    '{\n  "region": "eu-central-1",\n  "ami_id": "ami-1",\n  "models": []\n}\n',
  );
  useImage(path, "ami-2", "/dev/sda1");
  const once =
    '{\n  "region": "eu-central-1",\n  "ami_id": "ami-2",\n  "root_device": "/dev/sda1",\n  "models": []\n}\n';
  expect(readFileSync(path, "utf8")).toBe(once);
  useImage(path, "ami-3", "/dev/xvda");
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    region: "eu-central-1",
    ami_id: "ami-3",
    root_device: "/dev/xvda",
    models: [],
  });
});

test("a worker package is written into the file beside what is there", () => {
  const path = write("prod.json", '{ "ami_id": "ami-1" }');
  usePackage(path, { version: "0123456789abcdef", sha256: "ab" });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    ami_id: "ami-1",
    bootstrap: { source: "s3", version: "0123456789abcdef", sha256: "ab" },
  });
});
