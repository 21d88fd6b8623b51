/** `npm run bench:api`: what the API costs beside AWS's own calls, against its goals, in one run on the emulator. */
import { parseArgs } from "node:util";
import { bundlesOf } from "./bundles.ts";
import { Recorder } from "./recorder.ts";
import { routeCosts } from "./routes.ts";
import { startStage } from "./stage.ts";
import { submitCost } from "./submit.ts";

const goals = { submit_ratio: 1.3, zip_bytes: 600_000 };
const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });

const recorder = new Recorder();
const stage = await startStage();
try {
  const submit = await submitCost(stage, recorder);
  const routes = await routeCosts(stage, recorder);
  const bundles = await bundlesOf(stage);
  const over = [
    ...(submit.ratio > goals.submit_ratio ? [`submit takes ${submit.ratio} x the bare SDK`] : []),
    ...bundles
      .filter(({ zip_bytes }) => zip_bytes > goals.zip_bytes)
      .map((bundle) => `the bundle of ${bundle.function} has ${bundle.zip_bytes} bytes`),
  ];
  if (values.json) console.log(JSON.stringify({ goals, over, submit, bundles, routes }, null, 2));
  else {
    console.log(
      `submit of ${submit.items} items: ${submit.submit_ms} ms, ${submit.ratio} x the bare SDK (${submit.bare_sdk_ms} ms); goal ${goals.submit_ratio}`,
    );
    console.table(bundles);
    console.table(
      routes.map(({ route, status, overhead_ms, aws_requests }) => ({
        route,
        status,
        "own ms, p50": overhead_ms.p50,
        p95: overhead_ms.p95,
        "AWS requests": Object.entries(aws_requests)
          .map(([name, count]) => `${count} ${name}`)
          .join(", "),
      })),
    );
    console.log(over.length === 0 ? "all goals are met" : over.join("\n"));
  }
  process.exitCode = over.length === 0 ? 0 : 1;
} finally {
  await stage.stop();
}
process.exit();
