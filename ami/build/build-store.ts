/** The bucket through which builder and machine talk: the package goes there, report and log come back. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { readFileSync } from "node:fs";
import * as z from "zod";
import { BuildError, type Report } from "./facts.ts";

/** What is in it is of no use later. */
const keptDays = 7;
const reportSchema = z.object({
  passed: z.boolean(),
  faults: z.array(z.string()),
  gpu: z.string().optional(),
  driver: z.string().optional(),
  torch: z.string().optional(),
});

export class BuildStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #region: string;

  constructor(client: S3Client, bucket: string, region: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#region = region;
  }

  placeOf(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  /** Makes the bucket when it is not there. */
  async upload(key: string, path: string): Promise<void> {
    await this.#ensureBucket();
    if (await this.#has(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }))) return;
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: readFileSync(path) }),
    );
  }

  urlToGet(key: string, seconds: number): Promise<string> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    return getSignedUrl(this.#client, command, { expiresIn: seconds });
  }

  urlToPut(key: string, seconds: number): Promise<string> {
    const command = new PutObjectCommand({ Bucket: this.#bucket, Key: key });
    return getSignedUrl(this.#client, command, { expiresIn: seconds });
  }

  /** @returns null: the machine has told nothing yet. */
  async report(key: string): Promise<Report | null> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return reportSchema.parse(JSON.parse((await answer.Body?.transformToString()) ?? ""));
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  async #ensureBucket(): Promise<void> {
    const Bucket = this.#bucket;
    if (await this.#hasBucket()) return;
    const elsewhere = this.#region !== "us-east-1";
    const LocationConstraint = this.#region as never;
    await this.#client.send(
      new CreateBucketCommand({
        Bucket,
        ...(elsewhere ? { CreateBucketConfiguration: { LocationConstraint } } : {}),
      }),
    );
    await this.#client.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    );
    await this.#client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            { ID: "builds", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: keptDays } },
          ],
        },
      }),
    );
  }

  /** The names of buckets are one list for all accounts and regions. */
  async #hasBucket(): Promise<boolean> {
    try {
      return await this.#has(new HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      const why = status === 403 ? "is not yours, or you may not look at it" : "is in another region";
      if (status !== 403 && status !== 301) throw error;
      throw new BuildError(`the bucket ${this.#bucket} ${why}: name another one with --bucket`, {
        cause: error,
      });
    }
  }

  async #has(question: HeadBucketCommand | HeadObjectCommand): Promise<boolean> {
    try {
      await this.#client.send(question as HeadObjectCommand);
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  }
}
