/**
 * The first step of a deploy: does AWS take these credentials? Packaging takes a minute, and needs none.
 * Exit code 0: it does. 4: nobody is signed in. 1: AWS did not answer.
 */
import { orRefused } from "../refused.ts";
import { parseStageFile } from "../stage-file.ts";

const [stage = "", path = ""] = process.argv.slice(2);
const { account } = parseStageFile(path);
const signedIn = async (): Promise<number> => {
  await account.identity();
  return 0;
};
process.exitCode = await orRefused(stage, "deploy", signedIn, "Nothing was deployed.");
