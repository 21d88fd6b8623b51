/** How to use the cloud that stays up, as commands to paste. */
import type { CloudFile } from "../../shared/contract/cloud-file.ts";

export function usageLines(cloud: CloudFile): string[] {
  return [
    "The cloud stays up until Ctrl-C. Where it is and its keys: .local/cloud.json. For example:",
    "",
    `  export API=${cloud.apiUrl} KEY=${cloud.keys.operate}`,
    `  curl -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\`,
    `       -d '{"items":[{"prompt":"a slow warm pad"}]}' $API/v1/batches`,
    `  curl -H "Authorization: Bearer $KEY" $API/v1/batches        # and /v1/batches/{id}, …/items, …/results`,
    `  curl -H "Authorization: Bearer $KEY" $API/v1/capacity       # machines and prices`,
    `  curl -X POST -H "Authorization: Bearer $KEY" $API/v1/stop   # ends everything; GET tells the proof`,
    "",
    "  Interrupt a machine, as EC2 would:",
    `  curl -d '{"instance_id":"i-…"}' ${cloud.endpoints.ec2Control}/interrupt`,
    "",
    "  The AWS command line, on the same data:",
    `  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_ENDPOINT_URL=${cloud.endpoints.aws} aws s3 ls s3://${cloud.bucket}`,
  ];
}
