/** `npm run mgb -- init`: asks what a stage's configuration has to know, and writes `config/<stage>.json`. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { accountClient, zonesOffering } from "../../serverless/account.ts";
import { ConfigError } from "../../shared/config.ts";
import { answersTo, InitError, type Person } from "./answers.ts";
import { type Answers, configText, exampleSchema, flags, type Known } from "./questions.ts";

const usage = `npm run mgb -- init ${flags.map((flag) => `[--${flag} …]`).join(" ")}
  asks for what is not given, and writes config/<stage>.json; without a terminal, what is proposed is taken`;
const examplePath = "config/example.json";
const instanceType = "g4dn.xlarge";

const known: Known = {
  region: process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? null,
  suffix: randomBytes(4).toString("hex"),
  zones: async (region) => {
    try {
      return await zonesOffering(accountClient(region), instanceType);
    } catch {
      // Nobody is signed in, or the network is down: the doctor tells, and every region has these two.
      return [`${region}a`, `${region}b`];
    }
  },
};

try {
  await init(givenBy(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof InitError || error instanceof ConfigError)) throw error;
  console.error(`${error.message}\nNothing was written.`);
  process.exitCode = 2;
}

function givenBy(args: readonly string[]): Answers {
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new InitError(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}

async function init(given: Answers): Promise<void> {
  const terminal = process.stdin.isTTY
    ? createInterface({ input: process.stdin, output: process.stderr })
    : null;
  const person: Person | null = terminal && {
    ask: (question) => terminal.question(question),
    tell: (text) => {
      console.error(text);
    },
  };
  const answers = await answersTo(given, known, person, (stage) => existsSync(`config/${stage}.json`));
  terminal?.close();
  const path = `config/${answers.stage ?? ""}.json`;
  const example = exampleSchema.parse(JSON.parse(readFileSync(examplePath, "utf8")));
  // Never over one that is there: git may not have it.
  writeFileSync(path, configText(answers, example), { flag: "wx" });
  sayNext(path, answers, example.region);
}

function sayNext(path: string, { stage = "", region = "" }: Answers, priced: string): void {
  console.log(`${path} is written. Next:
  npm run mgb -- doctor --stage ${stage}
  npm run mgb -- ami build --stage ${stage} --bucket <a bucket for builds>
  npm run mgb -- ami use --stage ${stage} <the image that it made>
  npm run mgb -- deploy --stage ${stage}`);
  if (region !== priced)
    console.log(
      `Costs are reckoned with us-east-1's prices: set on_demand_price_usd and volume.usd_per_gb_month to those of ${region}.`,
    );
}
