import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { StartOptions } from "../../../../local/start/arguments.mjs";
import { UserError } from "../../../../local/start/errors.ts";
import { readPrompts } from "../../../../local/start/prompts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-prompts-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(name: string, text: string, change: Partial<StartOptions> = {}) {
  writeFileSync(join(folder, name), text);
  const said: string[] = [];
  const options = { file: name, model: null, keep: false, promptColumn: null, ignoreOtherColumns: false };
  const request = readPrompts({ ...options, ...change }, { root: ".", folderOfUser: folder }, (line) => {
    said.push(line);
  });
  return { request, said };
}

test("a line of text fades out for half a second, and other files say themselves how they end", () => {
  expect(read("p.txt", "pad\n").request).toEqual({
    items: [{ prompt: "pad" }],
    defaults: { output: { fade_out_seconds: 0.5 } },
  });
  expect(read("p.csv", "prompt\npad\n").request).toEqual({ items: [{ prompt: "pad" }] });
  expect(read("p.jsonl", '{"prompt":"pad"}\n').request).toEqual({ items: [{ prompt: "pad" }] });
});

test("what is left out of a file is said, with the file's name", () => {
  const { said } = read("caps.csv", "caption,ytid\npad,x\n", {
    promptColumn: "caption",
    ignoreOtherColumns: true,
  });
  expect(said).toEqual(["caps.csv: left out: ytid"]);
});

test("mistakes are for the user to mend", () => {
  expect(() => read("p.jsonl", '{"prompt":1}\n')).toThrow(UserError);
  expect(() => read("p.jsonl", '{"prompt":1}\n')).toThrow("p.jsonl:1: prompt");
});
