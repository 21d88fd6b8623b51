import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const product = [
  "account",
  "ami",
  "cli",
  "client",
  "functions",
  "local",
  "serverless",
  "shared",
  "simulation",
  "tools",
  "web",
  "worker",
];
const mostFiles = 15;

const folders = product.flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/__pycache__|\.pyc$/.test(join(entry.parentPath, entry.name)))
    .map(({ parentPath }) => relative(root, parentPath)),
);

test(`no folder of the product has more than ${mostFiles} files`, () => {
  const counts = Object.entries(Object.groupBy(folders, (folder) => folder));
  expect(counts.length).toBeGreaterThan(50);
  expect(counts.filter(([, files = []]) => files.length > mostFiles).map(([folder]) => folder)).toEqual([]);
});
