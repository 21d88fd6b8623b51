import { expect, test } from "vitest";
import { ec2Client, lambdaClient, s3Client, sqsClient } from "../../../shared/aws/clients.ts";

test.each([
  ["S3", s3Client],
  ["SQS", sqsClient],
  ["EC2", ec2Client],
  ["Lambda", lambdaClient],
])(
  "a request to %s that takes too long ends in an error: the SDK's own choice is a mere warning",
  async (_name, make) => {
    const client = make("eu-central-1");
    // The handler's configuration is only put together for its first request.
    const handler = client.config.requestHandler as unknown as {
      configProvider: Promise<{
        requestTimeout: number;
        socketTimeout: number;
        throwOnRequestTimeout: boolean;
      }>;
    };
    const settings = await handler.configProvider;
    expect(settings.throwOnRequestTimeout).toBe(true);
    expect(settings.requestTimeout).toBeGreaterThan(0);
    expect(settings.socketTimeout).toBeGreaterThan(0);
  },
);
