/** `node ami/pack.ts ARCHIVE.tar.gz`: the worker's package of this checkout. */
import { renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { packWorker } from "./package.ts";

const [archive = ""] = process.argv.slice(2);
const { path, version } = await packWorker(join(import.meta.dirname, ".."), dirname(archive));
renameSync(path, archive);
console.error(`worker ${version}`);
