/** Calls a deployed function directly, as its schedule or event rule would. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { serviceName } from "../../../serverless/names.ts";
import { rootCredentials } from "./emulator.ts";
import { CloudError } from "../errors.ts";

export interface FunctionsClient {
  /** @throws CloudError with the error that the function threw */
  invoke(name: string, event: unknown): Promise<unknown>;
  close(): void;
}

export function functionsClient(awsUrl: string, region: string, stage: string): FunctionsClient {
  const client = new LambdaClient({ endpoint: awsUrl, region, credentials: rootCredentials });
  return {
    async invoke(name, event) {
      const answer = await client.send(
        new InvokeCommand({
          FunctionName: `${serviceName}-${stage}-${name}`,
          Payload: JSON.stringify(event),
        }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString("utf8");
      if (answer.FunctionError !== undefined) throw new CloudError(`the function ${name} failed: ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    close() {
      client.destroy();
    },
  };
}
