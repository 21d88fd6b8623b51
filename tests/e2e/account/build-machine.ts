/**
 * What a build machine does by its user data (ami/build/user-data.sh), without a GPU: it fetches the package that it is
 * given, checks it, and tells. Provisioning and the self-test are not done; tests/contract/provision.test.ts does them.
 */
import { createHash } from "node:crypto";

/** @param userData as EC2 gets it, in base64 */
export async function actAsBuildMachine(userData: string): Promise<void> {
  const task = variablesOf(Buffer.from(userData, "base64").toString());
  const bytes = Buffer.from(await (await fetch(task("package_url"))).arrayBuffer());
  const isWhole = createHash("sha256").update(bytes).digest("hex") === task("package_sha256");
  await fetch(task("log_url"), { method: "PUT", body: "a stand-in for the build machine\n" });
  const report = {
    passed: isWhole,
    faults: isWhole ? [] : ["the check of the worker package failed"],
    gpu: "stand-in: none",
    driver: "stand-in: none",
    torch: "stand-in: none",
  };
  await fetch(task("report_url"), { method: "PUT", body: JSON.stringify(report) });
}

/** The script begins with them, each as `name='value'`. */
function variablesOf(script: string): (name: string) => string {
  const found = new Map(
    [...script.matchAll(/^(\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  return (name) => {
    const value = found.get(name);
    if (value === undefined) throw new Error(`expected ${name} in the machine's user data`);
    return value;
  };
}
