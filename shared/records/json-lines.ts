/** Files with one JSON value on each line. */
import type { z } from "zod";
import { parseRecord, type TextForm } from "./records.ts";

/** One JSON value on each line, each parsed by the schema. */
export const jsonLines = <T>(schema: z.ZodType<T>, key: string): TextForm<readonly T[]> => ({
  parse: (body) =>
    body
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index) => parseRecord(schema, line, `${key} line ${index + 1}`)),
  print: (values) => values.map((value) => `${JSON.stringify(value)}\n`).join(""),
});
