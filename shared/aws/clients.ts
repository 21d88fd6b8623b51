/**
 * The SDK's clients, with limits on how long a call may take. Without these limits a lost answer would block a function
 * until its own time-out, and the outcome of a launch would never be read. Endpoints and credentials are configured by
 * the SDK's own means (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_EC2`, the default chain).
 */
import { EC2Client } from "@aws-sdk/client-ec2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

interface Limits {
  /** From the request to the first byte of the answer. */
  readonly requestTimeout: number;
  /** The longest time without a byte in either direction: an answer that has begun may still stall. */
  readonly socketTimeout: number;
  readonly maxAttempts: number;
}

const settings = (region: string, { maxAttempts, ...limits }: Limits) => ({
  region,
  maxAttempts,
  // Without `throwOnRequestTimeout` the SDK only logs a warning at the time-out, and keeps waiting.
  requestHandler: { connectionTimeout: 2_000, ...limits, throwOnRequestTimeout: true },
});

export const s3Client = (region: string): S3Client =>
  new S3Client({
    ...settings(region, { requestTimeout: 10_000, socketTimeout: 10_000, maxAttempts: 4 }),
    // Otherwise a signed upload would carry the checksum of an empty body, and S3 would refuse every other one.
    requestChecksumCalculation: "WHEN_REQUIRED",
    // An emulator cannot resolve a host name for each bucket (`bucket.localhost`).
    forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined,
  });

/** A long poll is silent for up to 20 s, so its request has a limit of its own, set where it is sent. */
export const sqsClient = (region: string): SQSClient =>
  new SQSClient(settings(region, { requestTimeout: 5_000, socketTimeout: 30_000, maxAttempts: 4 }));

/** Only two attempts: the launcher's next tick asks again with the same token. */
export const ec2Client = (region: string): EC2Client =>
  new EC2Client(settings(region, { requestTimeout: 12_000, socketTimeout: 12_000, maxAttempts: 2 }));

export const lambdaClient = (region: string): LambdaClient =>
  new LambdaClient(settings(region, { requestTimeout: 2_000, socketTimeout: 2_000, maxAttempts: 2 }));

export const stsClient = (region: string): STSClient =>
  new STSClient(settings(region, { requestTimeout: 2_000, socketTimeout: 2_000, maxAttempts: 2 }));
