/** How to use the cloud that stays up, as commands to paste. */
import { dashboardAddress } from "../../shared/contract/dashboard-address.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";

/** @param region of the embedded cloud: the AWS command line asks for one */
export function usageLines(cloud: CloudFile, region: string): string[] {
  return [
    "The cloud runs until Ctrl-C. Its address and keys are in .local/cloud.json. The dashboard, for a browser:",
    "",
    `  ${dashboardAddress(cloud.apiUrl, cloud.keys.operate)}`,
    "",
    "  From a terminal:",
    "  npm run mgb -- submit my-prompts.txt --wait   # in a second terminal; also watch, pull, status, stop, …",
    "",
    "  The same by HTTP:",
    `  export API=${cloud.apiUrl} KEY=${cloud.keys.operate}`,
    `  curl -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\`,
    `       -d '{"items":[{"prompt":"a slow warm pad"}]}' $API/v1/batches`,
    `  curl -H "Authorization: Bearer $KEY" $API/v1/batches        # and /v1/batches/{id}, …/items, …/results`,
    `  curl -H "Authorization: Bearer $KEY" $API/v1/capacity       # machines and prices`,
    `  curl -X POST -H "Authorization: Bearer $KEY" $API/v1/stop   # ends everything; GET shows the proof`,
    "",
    "  Interrupt a machine, as EC2 would:",
    `  curl -d '{"instance_id":"i-…"}' ${cloud.endpoints.ec2Control}/interrupt`,
    "",
    `  The AWS command line, version 1 or 2, on the same data (region ${region}; EC2 has an endpoint of its own):`,
    "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_SESSION_TOKEN= AWS_PAGER=",
    `  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `  aws --endpoint-url ${cloud.endpoints.aws} s3 ls --recursive s3://${cloud.bucket}`,
    `  aws --endpoint-url ${cloud.endpoints.aws} sqs list-queues`,
    `  aws --endpoint-url ${cloud.endpoints.ec2} ec2 describe-instances`,
  ];
}
