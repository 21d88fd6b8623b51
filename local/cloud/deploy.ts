/** Deploys to the emulator as if it were a cloud stage. */
import {
  CloudFormationClient,
  DescribeStacksCommand,
  type DescribeStacksCommandOutput,
} from "@aws-sdk/client-cloudformation";
import { serviceName } from "../../serverless/names.ts";
import { rootCredentials } from "./emulator/emulator.ts";
import { CloudError } from "./errors.ts";
import { runServerless } from "./run-serverless.ts";

export interface DeployOptions {
  readonly root: string;
  readonly folder: string;
  readonly awsUrl: string;
  readonly region: string;
  readonly stage: string;
  readonly configPath: string;
  /** The folder into which osls packaged this very stage before. */
  readonly packaged?: string | undefined;
  readonly signal: AbortSignal;
}

/** The outputs of the deployed stack. */
export interface Deployed {
  readonly apiId: string;
  readonly bucket: string;
  readonly launchTemplateId: string;
}

/** @throws CloudError when osls fails; its whole output is in `serverless.log` */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  await runServerless({
    root: options.root,
    folder: options.folder,
    args: [
      ...["deploy", "--stage", options.stage, "--param", `config=${options.configPath}`],
      ...(options.packaged === undefined ? [] : ["--package", options.packaged]),
    ],
    environment: {
      AWS_ENDPOINT_URL: options.awsUrl,
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
      AWS_REGION: options.region,
      // How often osls polls for the finished stack. Its default of 5 s is meant for AWS.
      SLS_AWS_MONITORING_FREQUENCY: "200",
    },
    signal: options.signal,
  });
  return outputsOf(options);
}

async function outputsOf(options: DeployOptions): Promise<Deployed> {
  const client = new CloudFormationClient({
    endpoint: options.awsUrl,
    region: options.region,
    credentials: rootCredentials,
  });
  const stacks = await client.send(
    new DescribeStacksCommand({ StackName: `${serviceName}-${options.stage}` }),
    { abortSignal: options.signal },
  );
  return {
    apiId: output(stacks, "HttpApiId"),
    bucket: output(stacks, "BucketName"),
    launchTemplateId: output(stacks, "LaunchTemplateId"),
  };
}

function output(stacks: DescribeStacksCommandOutput, name: string): string {
  const value = stacks.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (value === undefined) throw new CloudError(`expected the stack to have the output ${name}`);
  return value;
}
