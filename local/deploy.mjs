// `npm run deploy -- --stage prod`, `npm run destroy` and `npm run adopt`: the stage's configuration is checked, then
// set-up, then osls, or what takes an existing bucket into the stack.
import { configMistake, stageAsked } from "./deploy/request.mjs";
import { root, runProgram, runTypeScript, setUp } from "./setup/launch.mjs";

const [command = "deploy", ...args] = process.argv.slice(2);
const asked = stageAsked(command, args, process.env);
const mistake = asked.kind === "mistake" ? asked.text : configMistake(root, asked.stage);
if (asked.kind === "mistake" || mistake !== null) {
  console.error(`${mistake}\nNothing was done.`);
  process.exit(2);
}
const { stage, path } = asked.stage;
await setUp("node");
const exitCode = await runTypeScript("local/deploy/check-config.ts", [stage, path]);
process.exitCode = exitCode === 0 ? await act() : exitCode;

function act() {
  switch (command) {
    case "adopt":
      return runTypeScript("local/deploy/adopt.ts", [stage, path]);
    case "destroy":
      return destroy();
    default:
      return runProgram("serverless", [command, ...args]);
  }
}

/** Machines end first: without the stack nobody would end them, and its network could not be deleted under them. */
async function destroy() {
  const notDeployed = 3;
  const isSure = args.includes("--yes");
  const answer = await runTypeScript("account/destroy/ask.ts", [stage, path, ...(isSure ? ["--yes"] : [])]);
  if (answer !== 0 && answer !== notDeployed) return answer;
  if (answer === 0) {
    const stopped = await runTypeScript("cli/mgb.ts", ["stop", "--aws", "--stage", stage, "--yes"]);
    if (stopped !== 0) return stopped;
    const removed = await runProgram("serverless", ["remove", ...args.filter((arg) => arg !== "--yes")]);
    if (removed !== 0) return removed;
  }
  return runTypeScript("account/destroy/prove.ts", [stage, path]);
}
