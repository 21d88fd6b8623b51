/** API keys of the embedded cloud, one for each scope: made anew at every start, kept in `cloud.json` alone. */
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createHash, randomBytes } from "node:crypto";
import type { ApiKeyRecord, Scope } from "../../shared/contract/records/batch-records.ts";
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
    const key = `mgb_${randomBytes(24).toString("base64url")}`;
    const sha256 = createHash("sha256").update(key).digest("hex");
    const record: ApiKeyRecord = {
      v: 1,
      sha256,
      owner,
      scopes: [...scopesOf[name]],
      created_at: new Date(nowMs).toISOString(),
      revoked_at: null,
    };
    await store.send(
      new PutObjectCommand({ Bucket: bucket, Key: indexKeys.apiKey(sha256), Body: JSON.stringify(record) }),
    );
    return key;
  };
  const [read, submit, operate] = await Promise.all([seed("read"), seed("submit"), seed("operate")]);
  store.destroy();
  return { read, submit, operate };
}
