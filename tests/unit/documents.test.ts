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

/** Of every command, `keys create` among them: its options. */
async function optionsByCommand(): Promise<ReadonlyMap<string, readonly string[]>> {
  const world = new MgbWorld();
  const found = new Map<string, readonly string[]>();
  const visit = async (path: readonly string[]): Promise<void> => {
    const { out } = await world.run([...path, "--help"]);
    found.set(
      path.join(" "),
      [...out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = ""]) => name),
    );
    const [, commands = ""] = out.split("\nCommands:\n");
    for (const [, name = ""] of commands.matchAll(/^ {2}([a-z][a-z-]*)/gm))
      if (name !== "help") await visit([...path, name]);
  };
  await visit([]);
  world.close();
  return found;
}

test("docs/cli.md has every command of mgb and every exit code", async () => {
  const text = read("docs/cli.md");
  const commands = [...(await optionsByCommand()).keys()].filter((name) => name !== "");
  expect(commands).toContain("keys create");
  expect(commands.filter((name) => !new RegExp(`\`(?:mgb )?${name}\\b`).test(text))).toEqual([]);
  const codes = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

/** Of npm, not of `mgb`. */
const npmOptions = ["--keep", "--package", "--silent"];

describe.each(documents)("%s", (path) => {
  test("names no command or option of mgb that is not there", async () => {
    const options = await optionsByCommand();
    const text = read(path);
    const lines = [...text.matchAll(/(?:\bmgb|mgb --) ([a-z][^`\n#]*)/g)].map(([, line = ""]) => line);
    const wrong = lines.filter((line) => {
      const words = line.split(/\s+/);
      const command = [words.slice(0, 2).join(" "), words[0] ?? ""].find((name) => options.has(name));
      if (command === undefined) return true;
      const named = words.flatMap((word) => /^--[a-z-]+/.exec(word) ?? []);
      return named.some((name) => !options.get(command)?.includes(name));
    });
    expect(path === "docs/cli.md" ? wrong : wrong.filter((line) => line.includes("--"))).toEqual([]);
  });
});

test("docs/cli.md names no option that no command has", async () => {
  const known = new Set([...(await optionsByCommand()).values()].flat());
  const named = [...read("docs/cli.md").matchAll(/(?<![\w-])(--[a-z][a-z-]*)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !known.has(name) && !npmOptions.includes(name))).toEqual([]);
});
