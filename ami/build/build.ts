/** Builds a worker image: looks, decides, acts, until it stands or everything that was made for it is gone. */
import type { Clock } from "../../shared/ports.ts";
import type { BuildCloud } from "./cloud.ts";
import { BuildError, type BuiltImage } from "./facts.ts";
import { nextStep, type Step } from "./next-step.ts";

export interface BuildOptions {
  readonly cloud: BuildCloud;
  readonly clock: Clock;
  readonly packagePath: string;
  /** A machine that failed is left for a person to look at; its own timer ends it. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

const pollMs = 10_000;
/** After an act there is something new to see soon. */
const afterActMs = 2_000;

/** @throws BuildError with the reason, after what was made is gone. */
export async function build(options: BuildOptions): Promise<BuiltImage> {
  const { cloud, clock, say } = options;
  let told = "";
  for (;;) {
    const step = nextStep(await cloud.facts(), clock.nowMs());
    const line = sentence(step);
    if (line !== told) say(line);
    told = line;
    if (step.kind === "done") return step.image;
    if (step.kind === "fail") {
      await cleanUp(options);
      throw new BuildError(`${step.reason}. The machine's log: ${cloud.logPlace}${kept(options)}`);
    }
    try {
      await act(step, options);
    } catch (cause) {
      await cleanUp(options);
      throw cause instanceof BuildError
        ? cause
        : new BuildError(`${line} failed: ${(cause as Error).message}`, { cause });
    }
    await clock.sleep(step.kind === "wait" ? pollMs : afterActMs);
  }
}

const kept = ({ keep }: BuildOptions): string =>
  keep ? "\nThe machine is kept; its own timer ends it." : "";

async function act(step: Exclude<Step, { kind: "done" | "fail" }>, options: BuildOptions): Promise<void> {
  const { cloud, packagePath } = options;
  switch (step.kind) {
    case "launch":
      return cloud.launch(packagePath);
    case "wait":
      return;
    case "stop":
      return cloud.stop(step.machine);
    case "create_image":
      return cloud.createImage(step.machine, step.report);
    case "terminate":
      return cloud.terminate(step.machine);
    case "delete_group":
      return cloud.deleteGroup(step.group);
  }
}

/** Ends and deletes what the build has made, in the order in which it can go; waits until it is gone. */
async function cleanUp({ cloud, clock, keep }: BuildOptions): Promise<void> {
  for (;;) {
    const { machine, image, securityGroup } = await cloud.facts();
    if (image !== null) await cloud.deleteImage(image);
    if (keep) return;
    if (machine !== null && machine.state !== "terminated") {
      if (machine.state !== "shutting-down") await cloud.terminate(machine);
    } else {
      if (securityGroup !== null) await cloud.deleteGroup(securityGroup);
      return;
    }
    await clock.sleep(pollMs);
  }
}

function sentence(step: Step): string {
  switch (step.kind) {
    case "launch":
      return "starting the build machine";
    case "wait":
      return `waiting for ${step.what}`;
    case "stop":
      return "the self-test passed; stopping the machine for a clean file system";
    case "create_image":
      return "making the image";
    case "terminate":
      return "the image is there; ending the machine";
    case "delete_group":
      return "deleting the machine's security group";
    case "done":
      return `${step.image.name} is ${step.image.id}`;
    case "fail":
      return `failed: ${step.reason}`;
  }
}
