/** A cloud whose stage has two machine types. */
import type { TestProject } from "vitest/node";
import { root, startCloudFor } from "../start-cloud.ts";
import { typesStage } from "./stage.ts";

export function setup(project: TestProject): Promise<() => Promise<void>> {
  return startCloudFor(project, { config: typesStage(root) });
}
