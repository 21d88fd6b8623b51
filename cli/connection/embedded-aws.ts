/** AWS as the embedded cloud has it. */
import type { CloudFile } from "../../shared/contract/cloud-file.ts";

/** The embedded cloud deploys its stage under this name. */
export const embeddedStage = "local";

/** The SDK reads this environment when a client is made. */
export const environmentOf = ({ aws, ec2 }: CloudFile["endpoints"]): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: aws,
  AWS_ENDPOINT_URL_EC2: ec2,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SESSION_TOKEN: "",
});
