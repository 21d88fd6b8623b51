/** Checks what a browser loads before the dashboard shows anything: at most 100 kB. */
import { buildDashboard } from "./dashboard.ts";
import { firstLoadBytes, sizesOf } from "./sizes.ts";

const mostBytes = 100_000;

const sizes = sizesOf(await buildDashboard());
const first = firstLoadBytes(sizes);
for (const { name, gzip_bytes: bytes, is_first: isFirst } of sizes)
  console.log(`${String(bytes).padStart(8)} B  ${name}${isFirst ? "  (first load)" : ""}`);
console.log(`${String(first).padStart(8)} B  in the first load, compressed; at most ${mostBytes}`);
if (first > mostBytes) process.exitCode = 1;
