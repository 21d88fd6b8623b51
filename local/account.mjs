// What `mgb` needs this clone for: init, doctor, ami, deploy, adopt, destroy in an AWS account, and what-if. Set-up
// first; for deploy, adopt and destroy the stage's configuration is checked before it.
import { join } from "node:path";
import { configMistake, stageAsked } from "./account/request.mjs";
import { root, runProgram, runTypeScript, setUp } from "./setup/launch.mjs";

const [command = "", ...args] = process.argv.slice(2);
process.exitCode = await run();

function run() {
  switch (command) {
    case "init":
    case "doctor":
      return after(`account/${command}/main.ts`);
    case "ami":
      return after("ami/main.ts");
    case "what-if":
      return after("what-if/main.ts");
    case "deploy":
    case "adopt":
    case "destroy":
      return forStage(command);
    default:
      throw new Error(`expected init, doctor, ami, what-if, deploy, adopt or destroy, got '${command}'`);
  }
}

/** @param {string} script */
async function after(script) {
  await setUp("node");
  return runTypeScript(script, args);
}

/** @param {"deploy" | "adopt" | "destroy"} act */
async function forStage(act) {
  const asked = stageAsked(act, args, process.env);
  const mistake = asked.kind === "mistake" ? asked.text : configMistake(root, asked.stage);
  if (asked.kind === "mistake" || mistake !== null) {
    console.error(`${mistake}\nNothing was done.`);
    return 2;
  }
  const { stage, path } = asked.stage;
  await setUp("node");
  const exitCode = await runTypeScript("local/account/check-config.ts", [stage, path]);
  if (exitCode !== 0) return exitCode;
  switch (act) {
    case "adopt":
      return runTypeScript("local/account/adopt.ts", [stage, path]);
    case "destroy":
      return destroy(stage, path);
    case "deploy":
      return deploy(stage, path);
  }
}

/** What was packaged, and shown, is what is deployed. @param {string} stage @param {string} path */
async function deploy(stage, path) {
  const packaged = join(".local", "deploy", stage);
  const options = args.filter((arg) => arg !== "--yes");
  const isSure = args.includes("--yes");
  const steps = [
    () => runTypeScript("account/deploy/signed-in.ts", [stage, path]),
    () => runTypeScript("account/deploy/worker-package.ts", ["note", stage, path]),
    () => runProgram("serverless", ["package", ...options, "--package", packaged]),
    () => runTypeScript("account/deploy/ask.ts", [stage, path, packaged, ...(isSure ? ["--yes"] : [])]),
    // Machines that are launched from now on look for it. A first deploy has no bucket yet, and nothing launches.
    () => runTypeScript("account/deploy/worker-package.ts", ["upload", stage, path]),
    () => runProgram("serverless", ["deploy", ...options, "--package", packaged]),
    () => runTypeScript("account/deploy/worker-package.ts", ["upload", stage, path]),
    () => runTypeScript("account/deploy/finish.ts", [stage, path]),
  ];
  for (const step of steps) {
    const exitCode = await step();
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

/**
 * Machines end first: without the stack nobody would end them, and its network could not be deleted under them.
 * @param {string} stage @param {string} path
 */
async function destroy(stage, path) {
  const notDeployed = 3;
  const isSure = args.includes("--yes");
  const answer = await runTypeScript("account/destroy/ask.ts", [stage, path, ...(isSure ? ["--yes"] : [])]);
  if (answer !== 0 && answer !== notDeployed) return answer;
  if (answer === 0) {
    const stop = ["stop", "--aws", "--stage", stage, "--yes", "--before-destroy"];
    const stopped = await runTypeScript("cli/mgb.ts", stop);
    if (stopped !== 0) return stopped;
    const removed = await runProgram("serverless", ["remove", ...args.filter((arg) => arg !== "--yes")]);
    if (removed !== 0) return removed;
  }
  return runTypeScript("account/destroy/prove.ts", [stage, path]);
}
