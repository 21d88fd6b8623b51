/** The action GetConsoleOutput. */
import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import type { Action } from "../context.ts";
import { apiTime } from "../api/times.ts";
import { parseParameters } from "../api/parameters.ts";

/** EC2 keeps the newest 64 KB. */
const keptBytes = 64 * 1024;
const requestSchema = z.strictObject({
  InstanceId: z.string(),
  Latest: z.enum(["true", "false"]).optional(),
});

export const getConsoleOutput: Action = (parameters, { machines, nowMs }) => {
  const { InstanceId } = parseParameters(requestSchema, parameters);
  const [life] = machines.visibleByIds([InstanceId]);
  const path = life?.consolePath ?? "";
  const output = existsSync(path) ? readFileSync(path).subarray(-keptBytes) : null;
  return {
    instanceId: InstanceId,
    timestamp: apiTime(nowMs()),
    output: output === null ? null : output.toString("base64"),
  };
};
