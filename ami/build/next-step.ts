/** What a build does next, from what is known of it. Pure. */
import type { BuildMachine, BuiltImage, Facts, Report } from "./facts.ts";

export type Step =
  | { readonly kind: "launch" }
  | { readonly kind: "wait"; readonly what: string }
  | { readonly kind: "stop"; readonly machine: BuildMachine }
  | { readonly kind: "create_image"; readonly machine: BuildMachine; readonly report: Report }
  | { readonly kind: "terminate"; readonly machine: BuildMachine }
  | { readonly kind: "delete_group"; readonly group: string }
  | { readonly kind: "done"; readonly image: BuiltImage }
  /** Everything that the build has made goes. */
  | { readonly kind: "fail"; readonly reason: string };

/** The machine's own timer ends it so long after its start, whoever is still there to look. */
export const machineSeconds = 90 * 60;

export function nextStep(facts: Facts, nowMs: number): Step {
  const { machine, image } = facts;
  switch (image?.state) {
    case "available":
      return afterImage(facts, image);
    case "pending":
      return wait("EC2 to make the image");
    case "failed":
      return fail("EC2 could not make the image");
    case undefined:
      return machine === null ? { kind: "launch" } : beforeImage(machine, facts.report, nowMs);
  }
}

/** The image stands: what made it goes, the machine first, for a group in use cannot be deleted. */
function afterImage({ machine, securityGroup }: Facts, image: BuiltImage): Step {
  if (machine !== null && machine.state !== "terminated")
    return machine.state === "shutting-down"
      ? wait("the build machine to end")
      : { kind: "terminate", machine };
  if (securityGroup !== null) return { kind: "delete_group", group: securityGroup };
  return { kind: "done", image };
}

function beforeImage(machine: BuildMachine, report: Report | null, nowMs: number): Step {
  if (report?.passed === false) return fail(report.faults.join("; "));
  switch (machine.state) {
    case "pending":
    case "running":
      if (report !== null) return { kind: "stop", machine };
      return nowMs > machine.launchedMs + machineSeconds * 1000
        ? fail(`the build machine reported nothing within ${machineSeconds / 60} minutes`)
        : wait("the build machine to set itself up and run its self-test");
    case "stopping":
      return wait("the build machine to stop");
    case "stopped":
      return report === null
        ? fail("the build machine stopped before it reported its self-test")
        : { kind: "create_image", machine, report };
    case "shutting-down":
    case "terminated":
      return fail("the build machine ended before there was an image");
  }
}

const wait = (what: string): Step => ({ kind: "wait", what });
const fail = (reason: string): Step => ({ kind: "fail", reason });
