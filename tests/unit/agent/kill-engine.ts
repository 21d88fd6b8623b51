/**
 * Kills the engine process again and again, and checks that every clip is made once:
 * `node tests/unit/agent/kill-engine.ts [kills] [seed]`. Fifty kills take some minutes: each is a new start of
 * the engine. `npm test` does it with fewer.
 */
import { killRepeatedly } from "./real-engine.ts";

const [kills = "50", seed = "1"] = process.argv.slice(2);
const { results, ...report } = await killRepeatedly(Number(kills), Number(seed), (line) => {
  process.stderr.write(`${line}\n`);
});
const succeeded = results.filter((result) => result.outcome === "succeeded").length;
process.stdout.write(`${JSON.stringify({ ...report, succeeded })}\n`);
const isWhole =
  succeeded === report.items && report.strayAudio.length === 0 && report.kills === Number(kills);
process.exitCode = isWhole ? 0 : 1;
