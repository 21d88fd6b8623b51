/** `npm run bench:web`: what the dashboard costs a browser, over the API in memory. It takes about five minutes. */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { buildDashboard } from "../../web/build/dashboard.ts";
import { firstLoadBytes, sizesOf } from "../../web/build/sizes.ts";
import { rounded } from "../numbers.ts";
import { firstPaint } from "./first-paint.ts";
import { gridCost } from "./grid.ts";
import { heapUse } from "./heap.ts";
import { idleUses } from "./idle.ts";
import { startStage } from "./stage.ts";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });

const files = sizesOf(await buildDashboard());
const stage = await startStage();
try {
  const machine = {
    processors: `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    load_before: rounded(loadavg()[0] ?? 0),
    browser: `Chromium ${stage.browser.version()}`,
  };
  const paint = await firstPaint(stage);
  const grid = await gridCost(stage);
  const heap = await heapUse(stage);
  const idle = await idleUses(stage);
  const first_load_bytes = firstLoadBytes(files);
  if (values.json)
    console.log(JSON.stringify({ machine, first_load_bytes, files, paint, grid, heap, idle }, null, 2));
  else {
    console.log(`${machine.processors}, load ${machine.load_before}, ${machine.browser}`);
    console.log(`first load: ${first_load_bytes} B, compressed`);
    console.table(files);
    console.table([paint]);
    console.table([grid]);
    console.log(`heap over ${heap.polls} polls, MB: ${heap.megabytes.join(", ")}`);
    console.table(idle);
  }
} finally {
  await stage.stop();
}
process.exit();
