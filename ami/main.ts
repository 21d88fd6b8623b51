/** `npm run mgb -- ami build | ls | use | rm`: the worker image of a stage, from nothing to its end. */
import { EC2Client } from "@aws-sdk/client-ec2";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { orRefused } from "../account/refused.ts";
import { parseStageFile, stagePath } from "../account/stage-file.ts";
import { serviceName } from "../serverless/names.ts";
import { ConfigError, parseStageConfig, type StageConfig } from "../shared/config.ts";
import { bucketNameSchema } from "../shared/contract/aws-names.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { systemRandom } from "../shared/system/system-random.ts";
import { build } from "./build/build.ts";
import { BuildStore } from "./build/build-store.ts";
import type { BuildPlan } from "./build/cloud.ts";
import { deleteImage, Ec2BuildCloud, ownImages } from "./build/ec2-build-cloud.ts";
import { BuildError } from "./build/facts.ts";
import { machineSeconds } from "./build/next-step.ts";
import { useImage, usePackage, usersOf } from "./config-files.ts";
import { packWorker } from "./package.ts";

const root = join(import.meta.dirname, "..");
const usage = `npm run mgb -- ami COMMAND
  build --stage prod --bucket NAME [--base AMI] [--subnet ID] [--keep] [--dry-run]
        makes a worker image with the stage's models in the stage's region; NAME is made if it is not there
  package --stage prod           puts the worker's package into the stage's bucket and writes it into config/prod.json,
        for machines of another image
  ls    --stage prod             the account's worker images in the stage's region
  use   --stage prod AMI         writes the image into config/prod.json
  rm    --stage prod AMI         deletes an image and its snapshots; one that a deployed stage uses stays`;

/** Ubuntu 24.04 with NVIDIA's driver and CUDA; EC2 looks the parameter up itself. */
const baseImage =
  "resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-with-single-cuda-ubuntu-24.04/latest/ami-id";
/** On demand: a spot machine can be taken in the middle, and a one-time one cannot be stopped. */
const instanceType = "g4dn.xlarge";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    stage: { type: "string" },
    bucket: { type: "string" },
    base: { type: "string" },
    subnet: { type: "string" },
    keep: { type: "boolean", default: false },
    "dry-run": { type: "boolean", default: false },
  },
});
const [command = "", image = ""] = positionals;

try {
  process.exitCode = await orRefused(values.stage ?? "", "image", run);
} catch (error) {
  if (!(error instanceof BuildError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

async function run(): Promise<number> {
  const { stage } = values;
  if (stage === undefined) return told(usage);
  const path = stagePath(stage);
  const config = parseStageConfig(readFileSync(join(root, path), "utf8"), path);
  const client = new EC2Client({ region: config.region });
  switch (command) {
    case "build":
      if (values.bucket === undefined)
        return told(
          "name the bucket for the build's package and log: --bucket NAME; it is made if it is not there",
        );
      if (!bucketNameSchema.safeParse(values.bucket).success)
        return told(
          `--bucket ${values.bucket} cannot be a bucket's name: 3 to 63 lowercase letters, digits and hyphens`,
        );
      return buildImage(client, config, values.bucket);
    case "package":
      return packageFor(new S3Client({ region: config.region }), config.bucket, path);
    case "ls":
      for (const { id, name, state } of await ownImages(client))
        console.log(`${id}  ${name}  ${state}  ${usersOf(root, id).join(" ")}`);
      return 0;
    case "use":
      return use(client, path);
    case "rm":
      return remove(client);
    default:
      return told(usage);
  }
}

async function buildImage(
  client: EC2Client,
  { region, models, tags }: StageConfig,
  bucket: string,
): Promise<number> {
  const worker = await packWorker(root, join(root, ".local", "ami"));
  const plan: BuildPlan = {
    version: worker.version,
    commit: execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim(),
    models: models.map(({ source }) => source),
    tags,
    baseImage: values.base ?? baseImage,
    instanceType,
  };
  sayPlan(plan, region);
  if (values["dry-run"]) return 0;
  const store = new BuildStore(new S3Client({ region }), bucket, region);
  const subnetId = values.subnet ?? null;
  const real = { clock: systemClock, random: systemRandom };
  const cloud = new Ec2BuildCloud({ ...real, client, store, plan, subnetId });
  process.once("SIGINT", () => {
    console.log(
      "The build machine keeps running, and its own timer ends it. Run the same command to continue.",
    );
    process.exit(130);
  });
  const made = await build({
    cloud,
    clock: systemClock,
    packagePath: worker.path,
    keep: values.keep,
    say: (line) => {
      console.log(line);
    },
  });
  console.log(`Next: npm run mgb -- ami use --stage ${values.stage ?? ""} ${made.id}`);
  return 0;
}

function sayPlan({ version, models, baseImage: base }: BuildPlan, region: string): void {
  console.log(
    `worker ${version}, models ${models.join(" ")}, on ${instanceType} on demand in ${region}, from ${base}`,
  );
  console.log(
    `estimate: 0.53 USD an hour for 20 to 40 minutes, ${machineSeconds / 60} at most; then 0.05 USD a GB and month for its snapshot`,
  );
}

/** The bucket is the stage's own: it has been deployed before. */
async function packageFor(client: S3Client, bucket: string, path: string): Promise<number> {
  const worker = await packWorker(root, join(root, ".local", "ami"));
  const Key = `worker/worker-${worker.version}.tar.gz`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: readFileSync(worker.path) }));
  usePackage(join(root, path), worker);
  console.log(`s3://${bucket}/${Key} is there, and ${path} names it; commit it, and deploy.`);
  return 0;
}

async function use(client: EC2Client, path: string): Promise<number> {
  const found = (await ownImages(client)).find(({ id }) => id === image);
  if (found === undefined)
    return told(`${image || "(none named)"} is not a worker image of this AWS account in this region`);
  useImage(join(root, path), image, found.image.RootDeviceName ?? "/dev/sda1");
  console.log(`${path} names ${image} now; commit it, and deploy.`);
  return 0;
}

async function remove(client: EC2Client): Promise<number> {
  const naming = usersOf(root, image);
  for (const path of naming)
    if (await isDeployed(path)) return told(`${image} stays: ${path} names it, and that stage is deployed`);
  if (!(await ownImages(client)).some(({ id }) => id === image))
    return told(`${image || "(none named)"} is not a worker image of this AWS account in this region`);
  await deleteImage(client, image);
  console.log(`${image} and its snapshots are deleted.`);
  for (const path of naming)
    console.log(`${path} still names it: build another before you deploy that stage.`);
  return 0;
}

/** A stage whose stack is gone starts no machine. @param path of its configuration */
async function isDeployed(path: string): Promise<boolean> {
  const { account } = parseStageFile(join(root, path));
  return (await account.stack(`${serviceName}-${basename(path, ".json")}`)) !== null;
}

function told(text: string): number {
  console.error(text);
  return 2;
}
