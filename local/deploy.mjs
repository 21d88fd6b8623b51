// `npm run deploy -- --stage prod`, `npm run remove` and `npm run adopt`: the stage's configuration is checked, then
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
const act = () =>
  command === "adopt"
    ? runTypeScript("local/deploy/adopt.ts", [stage, path])
    : runProgram("serverless", [command, ...args]);
process.exitCode = exitCode === 0 ? await act() : exitCode;
