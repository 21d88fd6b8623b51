import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
beforeEach(async () => {
  world = new MgbWorld();
  await world.open();
});
afterEach(() => {
  world.close();
});

const script = async (shell: string): Promise<string> => (await world.run(["completion", shell])).out;

describe("in bash", () => {
  /** What it offers for the last of these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const typed = ["mgb", ...words].map((word) => `'${word}'`).join(" ");
    const asked = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _mgb; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", `${await script("bash")}${asked}`], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  }

  test.each<[words: string[], completed: string[]]>([
    [["wa"], ["watch"]],
    [["keys", "re"], ["revoke"]],
    [["submit", "--max"], ["--max-cost"]],
    [["keys", "create", "--ex"], ["--expires"]],
    [["submit", "prompts.csv", "--wa"], ["--wait"]],
    [["nonsense", "wa"], ["watch"]],
  ])("%j becomes %j", async (words, completed) => {
    expect(await offered(...words)).toEqual(completed);
  });

  test("every command is offered", async () => {
    expect(await offered("")).toEqual(expect.arrayContaining(["submit", "watch", "pull", "keys", "stop"]));
  });
});

test("zsh takes the same by its own way to read it", async () => {
  expect(await script("zsh")).toBe(`autoload -U +X bashcompinit && bashcompinit\n${await script("bash")}`);
});

test("fish is told of commands, of their commands and of their options", async () => {
  const lines = (await script("fish")).split("\n");
  expect(lines).toContain("complete -c mgb -n '__fish_use_subcommand' -a watch");
  expect(lines).toContain("complete -c mgb -n '__fish_seen_subcommand_from keys' -a revoke");
  expect(lines).toContain("complete -c mgb -n '__fish_seen_subcommand_from submit' -l max-cost");
});

test("another shell is a usage error", async () => {
  expect((await world.run(["completion", "tcsh"])).exitCode).toBe(2);
});
