/**
 * The worker of a stage whose machines install it themselves. Of `bootstrap.source` s3, `note`: its package is made, and
 * the configuration names its version and checksum, so that git has them. `upload`: it goes into the stage's bucket, if
 * that is there and has it not yet. Of git, `note`: the commit is asked for as a machine will.
 */
import { HeadObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commitFault } from "../../ami/commit.ts";
import { usePackage } from "../../ami/config-files.ts";
import { packWorker } from "../../ami/package.ts";
import { orRefused } from "../refused.ts";
import { parseStageConfig } from "../../shared/config.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".local", "ami");

const [act = "", stage = "", path = ""] = process.argv.slice(2);
const { bootstrap, bucket, region } = parseStageConfig(readFileSync(path, "utf8"), path);
switch (bootstrap.source) {
  case "image":
    break;
  case "s3":
    if (act === "note") await note(bootstrap.version);
    else
      process.exitCode = await orRefused(
        stage,
        "deploy",
        () => upload(bootstrap.version, bootstrap.sha256),
        `Machines install the worker from the bucket, and it is not there: npm run mgb -- deploy --stage ${stage}`,
      );
    break;
  case "git":
    if (act === "note") tell(await commitFault(bootstrap));
    break;
}

function tell(fault: string | null): void {
  if (fault === null) return;
  console.error(`${fault}\nNothing was deployed.`);
  process.exitCode = 1;
}

async function note(noted: string): Promise<void> {
  const worker = await packWorker(root, folder);
  // Another machine's gzip may give another checksum for the same content: what was noted and uploaded stays.
  if (worker.version === noted) return;
  usePackage(path, worker);
  console.error(`${path} names the worker ${worker.version} now; commit it.`);
}

async function upload(version: string, sha256: string): Promise<number> {
  const s3 = new S3Client({ region, forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined });
  const object = { Bucket: bucket, Key: `worker/worker-${version}.tar.gz` };
  try {
    await s3.send(new HeadObjectCommand(object));
    return 0;
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
  }
  try {
    const Body = readFileSync(join(folder, `worker-${version}.tar.gz`));
    // S3 refuses it when it came over damaged.
    await s3.send(
      new PutObjectCommand({
        ...object,
        Body,
        ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
      }),
    );
    console.error(`s3://${bucket}/${object.Key} is there.`);
  } catch (error) {
    // Before a first deploy; after it this runs again.
    if (!(error instanceof S3ServiceException) || error.name !== "NoSuchBucket") throw error;
  }
  return 0;
}
