import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type MgbWorld, useMgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const script = async (shell: string): Promise<string> => (await world.run(["completion", shell])).out;

const examples: readonly (readonly [words: readonly string[], completed: readonly string[]])[] = [
  [["wa"], ["watch"]],
  [["keys", "re"], ["revoke"]],
  [["submit", "--max"], ["--max-cost"]],
  [["keys", "create", "--ex"], ["--expires"]],
  [["submit", "prompts.csv", "--wa"], ["--wait"]],
];
const quoted = (words: readonly string[]): string => ["mgb", ...words].map((word) => `'${word}'`).join(" ");

/** What a shell prints, a line each; null: this machine has no such shell. */
function printed(shell: string, options: readonly string[], program: string): readonly string[] | null {
  // Where no file is that could complete a word.
  const { error, stdout, stderr } = spawnSync(shell, [...options, "-c", program], {
    encoding: "utf8",
    cwd: world.folder,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return null;
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

describe("in bash", () => {
  /** What it offers for the last of these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[] | null> {
    const asked = `COMP_WORDS=(${quoted(words)}); COMP_CWORD=${words.length}; _mgb; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return printed("bash", [], `${await script("bash")}${asked}\n`);
  }

  test.for([...examples, [["nonsense", "wa"], ["watch"]] as const])(
    "%j becomes %j",
    async ([words, completed]) => {
      expect(await offered(...words)).toEqual(completed);
    },
  );

  test("every command is offered", async () => {
    expect(await offered("")).toEqual(expect.arrayContaining(["submit", "watch", "pull", "keys", "stop"]));
  });
});

/** Its completion needs a terminal: what it would choose from is printed, and chosen from here. */
test.for(examples)("in zsh %j becomes %j", async ([words, completed], { skip }) => {
  const parts = [
    "compdef() { : }; compadd() { shift; print -l -- $@ }",
    await script("zsh"),
    `words=(${quoted(words)}); CURRENT=${words.length + 1}; _mgb`,
  ];
  const all = printed("zsh", ["-f"], `${parts.join("\n")}\n`);
  if (all === null) return skip("there is no zsh on this machine");
  expect(all.filter((word) => word.startsWith(words.at(-1) ?? ""))).toEqual(completed);
});

test.for(examples)("in fish %j becomes %j", async ([words, completed], { skip }) => {
  const asked = `complete -C 'mgb ${words.join(" ")}'`;
  const all = printed("fish", ["--no-config"], `${await script("fish")}${asked}\n`);
  if (all === null) return skip("there is no fish on this machine");
  expect(all).toEqual(completed);
});

test("another shell is a usage error", async () => {
  expect((await world.run(["completion", "tcsh"])).exitCode).toBe(2);
});
