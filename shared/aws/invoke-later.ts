/** Asynchronous invocations of our own functions. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { InvokeCommand } from "@aws-sdk/client-lambda";

/** Hands an event to a function, and does not wait for it. */
export async function invokeLater(client: LambdaClient, functionName: string, event: unknown): Promise<void> {
  await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: "Event",
      Payload: JSON.stringify(event),
    }),
  );
}
