/** A clone with a stage's configuration, and AWS as a test plays it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "../../../cli/surroundings.ts";
import type { OperatorAws } from "../../../shared/aws/operator.ts";

/** `docs/` lies beside `config/`: commands are run from there, too. */
export function deployed(folder: string, stage = "prod"): void {
  mkdirSync(join(folder, "config"));
  mkdirSync(join(folder, "docs"));
  const config = {
    region: "eu-central-1",
    bucket: "my-music",
    ami_id: "ami-0123456789abcdef0",
    zones: ["eu-central-1a"],
    models: [
      {
        id: "small",
        display_name: "Small",
        source: "small",
        licence: "none",
        audio_seconds_per_gpu_second: 1,
        max_duration_seconds: 30,
      },
    ],
    limits: {},
    budgets: { day_usd: 1, month_usd: 1 },
    speeds: {},
    worker: {},
  };
  writeFileSync(join(folder, "config", `${stage}.json`), JSON.stringify(config));
}

const unasked = (): never => {
  throw new Error("the test has none of it");
};

/** What is not given is not asked for. */
export const awsOf = (parts: Partial<OperatorAws>): Pick<Surroundings, "openAws"> => ({
  openAws: () =>
    Promise.resolve({
      bucket: unasked,
      fleet: unasked,
      machines: unasked,
      regions: unasked,
      readLog: unasked,
      caller: () => Promise.resolve("arn:aws:iam::123456789012:user/ada"),
      ...parts,
    }),
});
