import { afterEach, beforeEach, expect, test } from "vitest";
import { MgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
beforeEach(() => {
  world = new MgbWorld();
});
afterEach(() => {
  world.close();
});

/** What a clone would be asked. */
async function asked(...args: string[]): Promise<readonly string[]> {
  let found: readonly string[] = [];
  const runInClone = (given: readonly string[]): Promise<number> => {
    found = given;
    return Promise.resolve(0);
  };
  expect((await world.run(args, { runInClone })).exitCode).toBe(0);
  return found;
}

test.each([
  [["doctor", "--stage", "prod", "--json"]],
  [["doctor", "--stage", "prod", "--policy", "deploy"]],
  [["init", "--stage", "prod", "--max-price", "0.3", "--ssh-key", "mine"]],
  [["ami", "build", "--stage", "prod", "--bucket", "builds", "--dry-run"]],
  [["ami", "use", "--stage", "prod", "ami-1"]],
  [["destroy", "--stage", "prod", "--yes"]],
  [["deploy", "--stage", "prod", "--param", "config=other.json"]],
  [
    [
      "what-if",
      "--stage",
      "prod",
      "--days",
      "7",
      "--set",
      "budgets.day_usd=2",
      "--set",
      "zones.0=x",
      "--json",
    ],
  ],
])("%j is handed to the clone as it was given", async (args) => {
  expect(await asked(...args)).toEqual(args);
});

test("--stage=prod is understood too", async () => {
  expect(await asked("deploy", "--stage=prod")).toEqual(["deploy", "--stage", "prod"]);
});

test.each([
  [0, 0],
  [2, 2],
  [4, 4],
  [130, 130],
  [77, 1],
])("a command that ends with %i in the clone ends with %i", async (ended, exitCode) => {
  const run = await world.run(["doctor", "--stage", "prod"], { runInClone: () => Promise.resolve(ended) });
  expect(run.exitCode).toBe(exitCode);
});

test.each([[["doctor"]], [["ami", "build"]], [["deploy"]]])(
  "without a clone %j says that it needs one, and how to get it",
  async (args) => {
    const ended = await world.run(args, { runInClone: () => Promise.resolve(null) });
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toBe(
      `mgb ${args.join(" ")} needs a clone of musicgen-batch, which has the stage's configuration and all that is deployed: git clone the repository that this package was made from, and run npm run mgb -- ${args.join(" ")} in it.\n`,
    );
  },
);

test("an option that the command does not have is refused before anything runs", async () => {
  const ended = await world.run(["doctor", "--stge", "prod"]);
  expect(ended.exitCode).toBe(2);
  expect(ended.err).toContain("--stage");
});
