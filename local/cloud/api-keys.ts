/**
 * API keys of the embedded cloud, one for each scope. They are created at every start and stored only in `cloud.json`.
 */
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { newKey } from "../../shared/access/new-key.ts";
import type { Scope } from "../../shared/contract/records/batch-records.ts";
import type { CloudFile } from "../../shared/contract/cloud-file.ts";
import { indexKeys } from "../../shared/contract/records/keys.ts";
import { rootCredentials } from "./emulator/emulator.ts";

const owner = "local";
const scopesOf: Readonly<Record<keyof CloudFile["keys"], readonly Scope[]>> = {
  read: ["read"],
  submit: ["read", "submit"],
  operate: ["read", "submit", "operate"],
};

/** @param nowMs milliseconds since the epoch */
export async function seedApiKeys(
  awsUrl: string,
  region: string,
  bucket: string,
  nowMs: number,
): Promise<CloudFile["keys"]> {
  const store = new S3Client({ endpoint: awsUrl, region, credentials: rootCredentials });
  const seed = async (name: keyof CloudFile["keys"]): Promise<string> => {
    const { key, record } = newKey({ owner, scopes: scopesOf[name], name: `npm start: ${name}` }, nowMs);
    const path = indexKeys.apiKey(record.sha256);
    await store.send(new PutObjectCommand({ Bucket: bucket, Key: path, Body: JSON.stringify(record) }));
    return key;
  };
  const [read, submit, operate] = await Promise.all([seed("read"), seed("submit"), seed("operate")]);
  store.destroy();
  return { read, submit, operate };
}
