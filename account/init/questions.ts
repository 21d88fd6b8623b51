/** What a stage's configuration has to be told by a person, and what is proposed. Pure. */
import * as z from "zod";
import { nameFaults, serviceName } from "../../serverless/names.ts";
import { ConfigError, parseStageConfig } from "../../shared/config.ts";
import { bucketNameSchema, regionSchema, zonesSchema } from "../../shared/contract/aws-names.ts";

export const flags = [
  "stage",
  "region",
  "zones",
  "bucket",
  "day-usd",
  "month-usd",
  "max-price",
  "max-machines",
  "email",
  "ssh-key",
  "ssh-from",
] as const;
export type Flag = (typeof flags)[number];
/** As they were typed; an empty text is an answer too. */
export type Answers = Readonly<Partial<Record<Flag, string>>>;

/** What the machine knows before anybody is asked. */
export interface Known {
  /** Of the user's AWS settings; null: it names none. */
  readonly region: string | null;
  /** Makes the bucket's name yours alone in all of AWS. */
  readonly suffix: string;
  /** Zones of a region that offer the type, when the account could be asked. */
  readonly zones: (region: string) => Promise<readonly string[]>;
}

export interface Question {
  readonly flag: Flag;
  readonly text: string;
  /** Whether an earlier answer makes it needless. */
  readonly isAsked?: (answers: Answers) => boolean;
  /** What an empty answer means; null: it has to be answered. */
  readonly proposal: (answers: Answers, known: Known) => Promise<string | null> | string | null;
  /** What is wrong with the answer; null: nothing. */
  readonly fault: (text: string) => string | null;
}

export const questions: readonly Question[] = [
  {
    flag: "stage",
    text: "Name of the stage",
    proposal: () => "prod",
    fault: (text) =>
      text === "local"
        ? "local is the stage on this machine"
        : (nameFaults(text, { region: "", models: [] })[0] ?? null),
  },
  {
    flag: "region",
    text: "AWS region",
    proposal: (_answers, { region }) => region ?? "eu-central-1",
    fault: faultBy(regionSchema),
  },
  {
    flag: "zones",
    text: "Availability zones to launch into",
    proposal: async ({ region = "" }, known) => (await known.zones(region)).join(","),
    fault: (text) => faultBy(zonesSchema)(listOf(text)),
  },
  {
    flag: "bucket",
    text: "Bucket for everything that is made and kept",
    proposal: (_answers, { suffix }) => `${serviceName}-output-${suffix}`,
    fault: faultBy(bucketNameSchema),
  },
  money("day-usd", "Most that machines may cost a day, in USD", "5"),
  money("month-usd", "Most that machines may cost a month, in USD", "50"),
  money("max-price", "Highest spot price an hour, in USD", "0.40"),
  {
    flag: "max-machines",
    text: "Most machines at once",
    proposal: () => "4",
    fault: faultBy(
      z.coerce.number("must be a whole number").int("must be a whole number").min(0, "must be 0 or more"),
    ),
  },
  {
    flag: "email",
    text: "Mail address for alarms and budgets (empty: nobody hears them)",
    proposal: () => "",
    fault: (text) => (text === "" ? null : faultBy(z.email("must be one mail address"))(text)),
  },
  {
    flag: "ssh-key",
    text: "EC2 key pair for SSH (empty: port 22 stays closed)",
    proposal: () => "",
    fault: () => null,
  },
  {
    flag: "ssh-from",
    text: "Address range that SSH comes from, such as 203.0.113.7/32",
    isAsked: ({ "ssh-key": key = "" }) => key !== "",
    proposal: () => null,
    fault: faultBy(z.cidrv4("must be a range of IPv4 addresses such as 203.0.113.7/32")),
  },
];

function money(flag: Flag, text: string, proposal: string): Question {
  const schema = z.coerce.number("must be a number").positive("must be more than 0");
  return { flag, text, proposal: () => proposal, fault: faultBy(schema) };
}

function faultBy(schema: z.ZodType): (value: unknown) => string | null {
  return (value) => {
    const parsed = schema.safeParse(value === "" ? undefined : value);
    return parsed.success ? null : (parsed.error.issues[0]?.message ?? "is not allowed");
  };
}

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((zone) => zone !== "");

/** Of the example, the parts that hold in its own region alone; the rest is taken as it is. */
export const exampleSchema = z.looseObject({
  region: z.string(),
  on_demand_price_usd: z.number(),
  volume: z.looseObject({}),
});

/**
 * The stage's file: the example with the answers put in. Its image is the example's, which the deploy refuses, until
 * one is built.
 * @throws ConfigError when the answers do not go together
 */
export function configText(answers: Answers, example: z.infer<typeof exampleSchema>): string {
  const { region = "", bucket = "", email = "" } = answers;
  const { on_demand_price_usd: onDemand, volume, ...rest } = example;
  const config = {
    ...rest,
    region,
    bucket,
    zones: listOf(answers.zones ?? ""),
    max_spot_price_usd: Number(answers["max-price"]),
    ...(region === example.region && { on_demand_price_usd: onDemand, volume }),
    limits: { max_instances: Number(answers["max-machines"]) },
    budgets: { day_usd: Number(answers["day-usd"]), month_usd: Number(answers["month-usd"]) },
    alert_email: email === "" ? undefined : email,
    ssh: sshOf(answers),
  };
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const { models } = parseStageConfig(text, "the configuration");
  const faults = nameFaults(answers.stage ?? "", { region, models });
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  return text;
}

const sshOf = ({ "ssh-key": key = "", "ssh-from": cidr }: Answers): object | undefined =>
  key === "" ? undefined : { key_pair: key, cidr };
