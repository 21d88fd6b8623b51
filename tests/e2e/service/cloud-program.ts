/** A program that has a cloud of its own in the folder it is given, as `npm start` has; SIGINT ends it. */
import { join } from "node:path";
import { startCloud } from "../../../local/cloud/cloud.ts";
import { noiseStage, packagedNoise } from "../noise-stage.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const interrupted = new AbortController();
process.on("SIGINT", () => {
  interrupted.abort();
});
try {
  const cloud = await startCloud({
    root,
    folder: process.argv[2] ?? "",
    config: noiseStage(root),
    packaged: packagedNoise,
    signal: interrupted.signal,
    onProgress: ({ kind }) => {
      console.log(kind);
    },
  });
  // Both of them run as processes of their own from now on.
  await fetch(`${cloud.apiUrl}/v1/models`, { headers: { authorization: `Bearer ${cloud.keys.read}` } });
  console.log("used");
  if (!interrupted.signal.aborted)
    await new Promise((resolve) => {
      interrupted.signal.addEventListener("abort", resolve);
      // The listener alone would not keep the program alive.
      setInterval(() => undefined, 1000);
    });
  await cloud.stop();
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
}
process.exit();
