/** Packages the noise stage once, for all clouds of one `npm test`: into `packaged` below the folder it is given. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runServerless } from "../../local/cloud/run-serverless.ts";
import { noiseStage } from "./noise-stage.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = process.argv[2] ?? "";
mkdirSync(folder, { recursive: true });
const config = join(folder, "config.json");
writeFileSync(config, JSON.stringify(noiseStage(root)));
const packaged = ["--package", join(folder, "packaged")];
const args = ["package", "--stage", "local", "--param", `config=${config}`, ...packaged];
await runServerless({ root, folder, args, environment: {}, signal: AbortSignal.timeout(240_000) });
