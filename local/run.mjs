// What the npm scripts of simulation, benchmarks and tools run: set-up first, then the program.
import { runProgram, setUp } from "./setup/launch.mjs";

const purposes = /** @type {const} */ (["node", "running", "development", "bench", "fuzz"]);

const [needed, command, ...args] = process.argv.slice(2);
const purpose = purposes.find((each) => each === needed);
if (purpose === undefined || command === undefined)
  throw new Error(`expected what is needed (${purposes.join(", ")}) and a command`);
await setUp(purpose);
process.exitCode = await runProgram(command, args);
