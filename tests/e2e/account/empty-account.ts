/** An AWS account on this machine in which nothing is deployed, as a person's commands see it. */
import { join } from "node:path";
import { Closers } from "../../../local/cloud/closers.ts";
import { rootCredentials } from "../../../local/cloud/emulator/emulator.ts";
import { startMachinery } from "../../../local/cloud/machinery.ts";
import { startMoto } from "../../contract/moto.ts";
import { startAccountEc2 } from "./account-ec2.ts";

export interface AccountOfOne {
  /** What makes an AWS tool speak to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  /** The only stage whose machines' events are heard. */
  readonly stage: string;
  /** Where everything but EC2 is. */
  readonly aws: string;
  readonly ec2Control: string;
}

export interface AccountOptions {
  readonly root: string;
  readonly folder: string;
  readonly stage: string;
  readonly region: string;
  readonly callRecord: string;
}

/** MiniStack's; moto takes the same. */
const accountNumber = "000000000000";

export async function startEmptyAccount(
  options: AccountOptions,
): Promise<AccountOfOne & { readonly stop: () => Promise<void> }> {
  const { root, stage, region } = options;
  const closers = new Closers();
  const engine = [
    join(root, "tests", "e2e", "account", "image_engine.py"),
    join(root, ".local", "models", "tiny-random"),
  ];
  const machines = { bootSeconds: 1, noticeSeconds: 3 };
  const signal = new AbortController().signal;
  const { emulator, ec2 } = await startMachinery({ ...options, engine, machines }, stage, signal, closers);
  const moto = await startMoto({ MOTO_ACCOUNT_ID: accountNumber });
  closers.add(() => moto.stop());
  const front = await startAccountEc2({ fleet: ec2.endpoint, rest: moto.url, region });
  closers.add(() => front.close());
  return {
    region,
    stage,
    aws: emulator.url,
    ec2Control: ec2.controlEndpoint,
    environment: {
      AWS_ENDPOINT_URL: emulator.url,
      AWS_ENDPOINT_URL_EC2: front.url,
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      // How often osls asks for the finished stack; its 5 s are meant for AWS.
      SLS_AWS_MONITORING_FREQUENCY: "200",
    },
    stop: () => closers.close(),
  };
}
