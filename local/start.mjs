// `npm start`: set-up, then the embedded cloud and a batch through it.
import { runTypeScript, setUp } from "./setup/launch.mjs";

await setUp({ development: false });
process.exitCode = await runTypeScript("local/start/main.ts", process.argv.slice(2));
