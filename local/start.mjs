// `npm start`: what the user gave is checked, then set-up, then the embedded cloud and a batch through it.
import { parseArguments } from "./start/arguments.mjs";
import { inputMistakes } from "./start/input.mjs";
import { root, runTypeScript, setUp } from "./setup/launch.mjs";

const args = process.argv.slice(2);
const parsed = parseArguments(args, { isTerminal: process.stdout.isTTY, environment: process.env });
if (parsed.kind === "help") {
  console.log(parsed.text);
  process.exit(0);
}
if (parsed.kind === "mistake") refuse([parsed.text]);
else {
  // npm changes into the project's folder; names the user typed are relative to where they stood.
  const places = { root, folderOfUser: process.env["INIT_CWD"] ?? process.cwd() };
  const mistakes = inputMistakes(parsed.options, places);
  if (mistakes.length > 0) refuse([...mistakes, "Nothing was started."]);
}

await setUp("running", () => runTypeScript("local/start/check-prompts.ts", args));
process.exitCode = await runTypeScript("local/start/main.ts", args);

/** @param {readonly string[]} lines */
function refuse(lines) {
  for (const line of lines) console.error(line);
  process.exit(2);
}
