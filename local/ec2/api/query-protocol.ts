/**
 * Reads requests in the EC2 query protocol: `Filter.1.Value.2=x` in a form becomes `{Filter: [{Value: [, x]}]}`. All
 * values stay text; the actions' schemas turn them into numbers and times.
 * @see Smithy specification, "AWS EC2 query protocol"
 */
import { Ec2ApiError } from "./api-error.ts";

export type QueryValue = string | QueryValue[] | { [name: string]: QueryValue };
type Branch = Map<string, Branch | string>;

export interface QueryRequest {
  readonly action: string;
  readonly parameters: Readonly<Record<string, QueryValue>>;
}

const protocolNames = new Set(["Action", "Version"]);

/** @throws Ec2ApiError for a form without an action, with another version, or with a name given twice */
export function parseQuery(body: string): QueryRequest {
  const form = new URLSearchParams(body);
  const action = form.get("Action");
  if (action === null) throw new Ec2ApiError("MissingAction", "The request names no Action.");
  const version = form.get("Version");
  if (version !== "2016-11-15") {
    throw new Ec2ApiError("InvalidParameterValue", `expected Version 2016-11-15, got ${version ?? "none"}`);
  }
  const root: Branch = new Map();
  for (const [name, value] of form) {
    if (!protocolNames.has(name)) insert(root, name.split("."), value, name);
  }
  const parameters = valueOf(root);
  return {
    action,
    parameters: typeof parameters === "object" && !Array.isArray(parameters) ? parameters : {},
  };
}

function insert(branch: Branch, path: readonly string[], value: string, name: string): void {
  const [head = "", ...rest] = path;
  const child = branch.get(head);
  if (rest.length === 0) {
    if (child !== undefined) throw new Ec2ApiError("InvalidParameterValue", `${name} is given twice`);
    branch.set(head, value);
    return;
  }
  if (typeof child === "string") throw new Ec2ApiError("InvalidParameterValue", `${name} is given twice`);
  const next: Branch = child ?? new Map<string, Branch | string>();
  branch.set(head, next);
  insert(next, rest, value, name);
}

function valueOf(node: Branch | string): QueryValue {
  if (typeof node === "string") return node;
  const names = [...node.keys()];
  if (names.length > 0 && names.every((name) => /^[1-9]\d*$/.test(name))) {
    return [...node]
      .toSorted(([one], [other]) => Number(one) - Number(other))
      .map(([, child]) => valueOf(child));
  }
  return Object.fromEntries([...node].map(([name, child]) => [name, valueOf(child)]));
}
