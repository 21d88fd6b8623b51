import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutations } from "../../simulation/mutations/rules.ts";

const root = join(import.meta.dirname, "../..");

test.each(mutations)("the mutation '$rule' finds its rule once", ({ file, from, to }) => {
  const parts = readFileSync(join(root, file), "utf8").split(from);
  expect(parts).toHaveLength(2);
  expect(to).not.toBe(from);
});
