/** What the stage's roles asked for since their cloud came up, and whether their policies allowed it. */
import { readFileSync } from "node:fs";
import { inject } from "vitest";
import * as z from "zod";

const callSchema = z.object({
  role: z.string(),
  action: z.string(),
  resource: z.string(),
  allowed: z.boolean(),
});
export type Call = z.infer<typeof callSchema>;

/** Of the whole run, other files' included. */
export const calls = (): readonly Call[] =>
  readFileSync(inject("callRecord"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => callSchema.parse(JSON.parse(line)));
