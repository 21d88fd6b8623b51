// `npm run mgb -- …`: the command line, which needs the Node packages alone.
import { runTypeScript, setUp } from "./setup/launch.mjs";

await setUp("node");
process.exitCode = await runTypeScript("cli/mgb.ts", process.argv.slice(2));
