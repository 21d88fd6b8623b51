/** Reads the prompts as `npm start` will, and says what is wrong with them: asked in the middle of a long set-up. */
import { fileURLToPath } from "node:url";
import { parseArguments } from "./arguments.mjs";
import { UserError } from "./errors.ts";
import { readPrompts } from "./prompts.ts";

const parsed = parseArguments(process.argv.slice(2), { isTerminal: false, environment: {} });
const places = {
  root: fileURLToPath(new URL("../..", import.meta.url)),
  folderOfUser: process.env["INIT_CWD"] ?? process.cwd(),
};
try {
  if (parsed.kind === "run") readPrompts(parsed.options, places, () => undefined);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\nNothing was started.`);
  process.exitCode = 2;
}
