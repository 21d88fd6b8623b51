/**
 * The SDK's clients, with limits on how long a question may take: without them a lost answer would hold a
 * function until its own time-out, and the outcome of a launch would never be looked at. Endpoints and
 * credentials are the SDK's own business (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_EC2`, the default chain).
 */
import { EC2Client } from "@aws-sdk/client-ec2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

interface Limits {
  /** From the request to the first byte of the answer. */
  readonly requestTimeout: number;
  /** Without a byte in either direction: an answer that began may still stop in the middle. */
  readonly socketTimeout: number;
  readonly maxAttempts: number;
}

const settings = (region: string, { maxAttempts, ...limits }: Limits) => ({
  region,
  maxAttempts,
  // Without the last of these the SDK only prints a warning when the time is over, and goes on waiting.
  requestHandler: { connectionTimeout: 2_000, ...limits, throwOnRequestTimeout: true },
});

export const s3Client = (region: string): S3Client =>
  new S3Client({
    ...settings(region, { requestTimeout: 10_000, socketTimeout: 10_000, maxAttempts: 4 }),
    // A host name of the bucket's own (`bucket.localhost`) does not resolve at an emulator.
    forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined,
  });

/** A long poll is silent for up to 20 s; its request has a limit of its own, set where it is made. */
export const sqsClient = (region: string): SQSClient =>
  new SQSClient(settings(region, { requestTimeout: 5_000, socketTimeout: 30_000, maxAttempts: 4 }));

/** Two attempts and no more: the launcher's next tick asks again with the same token. */
export const ec2Client = (region: string): EC2Client =>
  new EC2Client(settings(region, { requestTimeout: 12_000, socketTimeout: 12_000, maxAttempts: 2 }));

export const lambdaClient = (region: string): LambdaClient =>
  new LambdaClient(settings(region, { requestTimeout: 2_000, socketTimeout: 2_000, maxAttempts: 2 }));
