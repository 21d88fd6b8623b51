/** What the documents name is there: files, headings, npm scripts, commands, clips. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../cli/exit-codes.ts";
import { MgbWorld } from "./cli/mgb-world.ts";

const read = (path: string): string => readFileSync(path, "utf8");
const documentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(".md") && statSync(path).isFile());
const documents = [".", "docs", "docs/decisions"].flatMap(documentsIn);

/** As GitHub makes a heading's anchor. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .replaceAll(" ", "-");
const anchorsIn = (path: string): readonly string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

describe.each(documents)("%s", (path) => {
  test("links to files and headings that are there", () => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? path : join(dirname(path), file);
        return !existsSync(target) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  test("names tests that are there, and npm scripts", () => {
    const text = read(path);
    const tests = [...text.matchAll(/`(tests\/[\w./-]+\.(?:ts|py))`/g)].map(([, file = ""]) => file);
    expect(tests.filter((file) => !existsSync(file))).toEqual([]);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

test("each clip of the README is in examples/clips, and its prompt and seed in examples/styles.jsonl", () => {
  const rows = [...read("README.md").matchAll(/^\| \[(\w+)\.ogg\]\((.*?)\) \| `(.*?)` \| (\d+) \|$/gm)];
  const shown = rows.map(([, custom_id, file = "", prompt, seed]) => {
    expect(existsSync(file)).toBe(true);
    return { custom_id, prompt, seed: Number(seed), duration_seconds: 20 };
  });
  const styles = read("examples/styles.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(styles).toHaveLength(10);
  expect(shown).toHaveLength(readdirSync("examples/clips").length);
  for (const clip of shown) expect(styles).toContainEqual(expect.objectContaining(clip));
});

test("docs/cli.md has every command of mgb and every exit code", async () => {
  const world = new MgbWorld();
  const { out } = await world.run(["--help"]);
  world.close();
  const commands = [...out.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = ""]) => name);
  const text = read("docs/cli.md");
  expect(commands).toContain("submit");
  const missing = commands.filter((name) => name !== "help" && !new RegExp(`\`${name}\\b`).test(text));
  expect(missing).toEqual([]);
  const codes = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});
