/**
 * The filters of DescribeInstances. All filters must match, each by one of its values. @see EC2 API reference,
 * "DescribeInstances"
 */
import { Ec2ApiError } from "./api-error.ts";
import type { Machine } from "../machines/machine.ts";

export interface Filter {
  readonly Name: string;
  readonly Value: readonly string[];
}
type Field = (machine: Machine) => readonly string[];

const fields: Readonly<Record<string, Field>> = {
  "availability-zone": (machine) => [machine.zone],
  "instance-id": (machine) => [machine.instanceId],
  // On-demand machines have no lifecycle field, so no value of this filter matches them.
  "instance-lifecycle": (machine) => (machine.market === "spot" ? ["spot"] : []),
  "instance-state-name": (machine) => [machine.state],
  "instance-type": (machine) => [machine.instanceType],
  "tag-key": (machine) => Object.keys(machine.tags),
};

/** @throws Ec2ApiError for an unknown filter */
export function matcherOf(filters: readonly Filter[]): (machine: Machine) => boolean {
  const checks = filters.map(({ Name, Value }) => ({
    field: fieldOf(Name),
    patterns: Value.map(patternOf),
  }));
  return (machine) =>
    checks.every(({ field, patterns }) =>
      field(machine).some((value) => patterns.some((pattern) => pattern.test(value))),
    );
}

function fieldOf(name: string): Field {
  if (name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return (machine) => Object.entries(machine.tags).flatMap(([tag, value]) => (tag === key ? [value] : []));
  }
  const field = fields[name];
  if (field === undefined) throw new Ec2ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  return field;
}

/** `*` matches any text, `?` any one character; a backslash escapes the next character. */
function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|([^])/g, (_all, literal?: string, character?: string) => {
    if (character === "*") return ".*";
    if (character === "?") return ".";
    return (literal ?? character ?? "").replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
  });
  return new RegExp(`^${source}$`, "s");
}
