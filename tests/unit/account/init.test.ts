import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answersTo, InitError, type Person } from "../../../account/init/answers.ts";
import { type Answers, configText, exampleSchema, type Known } from "../../../account/init/questions.ts";
import { ConfigError, parseStageConfig } from "../../../shared/config.ts";

const example = exampleSchema.parse(JSON.parse(readFileSync("config/example.json", "utf8")));
const known: Known = {
  region: null,
  suffix: "0a1b2c3d",
  zones: (region) => Promise.resolve([`${region}a`, `${region}c`]),
};
const nobodyThere = (given: Answers) => answersTo(given, known, null, () => false);

/** Types the answers one after another, and then nothing. */
function typist(...typed: readonly string[]): Person & { readonly told: string[]; readonly asked: string[] } {
  const left = [...typed];
  const [told, asked]: [string[], string[]] = [[], []];
  return {
    told,
    asked,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(left.shift() ?? "");
    },
    tell: (text) => void told.push(text),
  };
}

test("without a terminal what is proposed is taken, and makes a configuration that is whole", async () => {
  const config = parseStageConfig(configText(await nobodyThere({}), example), "it");
  expect(config).toMatchObject({
    region: "eu-central-1",
    zones: ["eu-central-1a", "eu-central-1c"],
    bucket: "musicgen-batch-output-0a1b2c3d",
    instance_types: [{ max_spot_price_usd: 0.4, on_demand_price_usd: 0.658 }],
    budgets: { day_usd: 5, month_usd: 50 },
  });
  expect(config.ssh).toBeUndefined();
  expect(config.alert_email).toBeUndefined();
});

test("a person is asked for what no option gave, with what is proposed, until the answer can be taken", async () => {
  const person = typist("", "north", "us-west-2", "", "", "-1", "3");
  const answers = await answersTo({ stage: "prod", email: "ada@example.com" }, known, person, () => false);
  expect(answers).toMatchObject({
    stage: "prod",
    region: "eu-central-1",
    zones: "eu-central-1a,eu-central-1c",
    email: "ada@example.com",
  });
  expect(person.asked[0]).toBe("AWS region [eu-central-1]: ");
  expect(person.asked.join("\n")).not.toContain("Mail address");
});

test("a wrong answer is told with what is wrong, and asked again", async () => {
  const person = typist("north", "us-west-2");
  const answers = await answersTo({ stage: "prod" }, known, person, () => false);
  expect(answers.region).toBe("us-west-2");
  expect(person.told).toEqual(["  must be an AWS region such as eu-central-1"]);
});

test("a key pair has to come with the range that it is used from, and nobody is asked for a range alone", async () => {
  await expect(nobodyThere({ "ssh-key": "mine" })).rejects.toThrow(/^--ssh-from '': must be a range/);
  const answers = await nobodyThere({ "ssh-key": "mine", "ssh-from": "203.0.113.7/32" });
  expect(parseStageConfig(configText(answers, example), "it").ssh).toEqual({
    key_pair: "mine",
    cidr: "203.0.113.7/32",
  });
});

test("prices of another region are not the example's", async () => {
  const config = parseStageConfig(configText(await nobodyThere({ region: "us-west-2" }), example), "it");
  expect(config.instance_types[0].on_demand_price_usd).toBe(0.526);
});

test.each<[given: Answers, told: string]>([
  [{ stage: "Prod" }, "--stage 'Prod': the stage's name"],
  [{ stage: "local" }, "--stage 'local': local is the stage on this machine"],
  [{ "day-usd": "five" }, "--day-usd 'five': must be a number"],
  [{ "max-machines": "1.5" }, "--max-machines '1.5': must be a whole number"],
  [{ bucket: "My Bucket" }, "--bucket 'My Bucket': must be lowercase"],
  [{ email: "ada" }, "--email 'ada': must be one mail address"],
])("%j is refused by its option's name", async (given, told) => {
  await expect(nobodyThere(given)).rejects.toThrow(InitError);
  await expect(nobodyThere(given)).rejects.toThrow(told);
});

test("a stage that has a configuration keeps it", async () => {
  await expect(answersTo({ stage: "prod" }, known, null, (stage) => stage === "prod")).rejects.toThrow(
    "config/prod.json is there already",
  );
});

test("zones of another region do not go together with it", async () => {
  const answers = await nobodyThere({ zones: "eu-west-1a" });
  expect(() => configText(answers, example)).toThrow(ConfigError);
});
