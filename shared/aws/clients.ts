/**
 * The SDK's clients, with limits on how long a question may take: without them a lost answer would hold a
 * function until its own time-out, and the outcome of a launch would never be looked at. Endpoints and
 * credentials are the SDK's own business (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_EC2`, the default chain).
 */
import { EC2Client } from "@aws-sdk/client-ec2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

const settings = (region: string, requestTimeout: number, maxAttempts: number) => ({
  region,
  maxAttempts,
  // Without the last of these the SDK only prints a warning when the time is over, and goes on waiting.
  requestHandler: { connectionTimeout: 2_000, requestTimeout, throwOnRequestTimeout: true },
});

export const s3Client = (region: string): S3Client =>
  new S3Client({
    ...settings(region, 10_000, 4),
    // A host name of the bucket's own (`bucket.localhost`) does not resolve at an emulator.
    forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined,
  });

/** A long poll has a limit of its own, set where it is made. */
export const sqsClient = (region: string): SQSClient => new SQSClient(settings(region, 5_000, 4));

/** Two attempts and no more: the launcher's next tick asks again with the same token. */
export const ec2Client = (region: string): EC2Client => new EC2Client(settings(region, 12_000, 2));

export const lambdaClient = (region: string): LambdaClient => new LambdaClient(settings(region, 2_000, 2));
