/**
 * Measured markets, from files in the format `spot-trace/1` or, with two machine types, `spot-trace/2`. A probe of one
 * machine says yes or no: a yes is taken to mean four machines, and a yes to a probe of four means eight. A trace's
 * prices are of other machine types, so prices are drawn.
 */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { SeededRandom } from "../memory/seeded-random.ts";
import { dearerPool, type Market, pricedSteps, type TypeOfTrace } from "./market.ts";

/** A file cannot be read as a trace; the message lists every mistake with its path. */
export class TraceError extends Error {
  override readonly name = "TraceError";
}

/** What a file holds, and its name for messages. */
export interface TraceFile {
  readonly name: string;
  readonly text: string;
}

/** @throws TraceError when it cannot be read */
export function traceFile(path: string): TraceFile {
  try {
    return { name: basename(path), text: readFileSync(path, "utf8") };
  } catch (cause) {
    throw new TraceError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** @throws TraceError when the folder is not there, or has no trace */
export function tracesIn(folder: string): readonly TraceFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new TraceError(`${folder} is no folder`);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (names.length === 0) throw new TraceError(`${folder} has no trace: no file there ends in .json`);
  return names.sort().map((name) => traceFile(join(folder, name)));
}

/** More than any measurement of a month has. */
const mostRuns = 100_000;
const mostZones = 100;

const runLengths = z
  .array(z.tuple([z.number().nonnegative(), z.int().positive()]))
  .min(1)
  .max(mostRuns);
const zoneFields = {
  zone: z.string().regex(/^[\w-]+$/, "expected letters, digits and hyphens"),
  capacity: runLengths,
  priceUsdPerHour: runLengths.optional(),
};
const traceFields = {
  name: z.string().min(1),
  kind: z.enum(["availability", "preemption"]),
  probeSize: z.int().positive(),
  intervalSeconds: z.number().positive(),
  samples: z.int().positive(),
};
interface TraceZone {
  readonly zone: string;
  readonly capacity: readonly (readonly [value: number, samples: number])[];
  readonly priceUsdPerHour?: TraceZone["capacity"] | undefined;
  readonly type?: "first" | "second";
}
/** What both formats have. */
interface Trace {
  readonly name: string;
  readonly probeSize: number;
  readonly intervalSeconds: number;
  readonly samples: number;
  readonly zones: readonly TraceZone[];
}
const zonesOf = <Zone extends z.ZodType>(zone: Zone) => z.array(zone).min(1).max(mostZones);

const traceSchema = z
  .object({
    format: z
      .literal("spot-trace/1", { error: formatMistake("spot-trace/1", "of one machine type") })
      .optional(),
    ...traceFields,
    zones: zonesOf(z.object(zoneFields)),
  })
  .superRefine(checkZones);
/** Two machine types, measured at the same times in the same zones. */
const typesTraceSchema = z
  .object({
    format: z.literal("spot-trace/2", { error: formatMistake("spot-trace/2", "of two machine types") }),
    ...traceFields,
    zones: zonesOf(z.object({ ...zoneFields, type: z.enum(["first", "second"]) })),
  })
  .superRefine(checkZones)
  .superRefine(({ zones }, context) => {
    for (const type of ["first", "second"] as const)
      if (!zones.some((one) => one.type === type))
        context.addIssue({ code: "custom", path: ["zones"], message: `no zone has the type '${type}'` });
  });

function formatMistake(format: string, what: string) {
  return ({ input }: { readonly input?: unknown }): string =>
    `expected '${format}', a trace ${what}, got ${input === undefined ? "none" : JSON.stringify(input)}`;
}

function checkZones({ samples, probeSize, zones }: Trace, context: z.RefinementCtx): void {
  const mistake = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: "custom", path: ["zones", ...path], message });
  };
  const seen = new Set<string>();
  for (const [place, one] of zones.entries()) {
    const name = one.type === undefined ? one.zone : `${one.zone} of the ${one.type} type`;
    if (seen.has(name)) mistake([place], `${name} is there twice`);
    seen.add(name);
    for (const field of ["capacity", "priceUsdPerHour"] as const) {
      const count = one[field]?.reduce((sum, [, length]) => sum + length, 0) ?? samples;
      if (count !== samples)
        mistake([place, field], `its counts add up to ${count}, and 'samples' is ${samples}`);
    }
    const high = one.capacity.find(([value]) => value > probeSize || !Number.isInteger(value));
    if (high !== undefined)
      mistake(
        [place, "capacity"],
        `expected whole numbers from 0 to 'probeSize', ${probeSize}, got ${high[0]}`,
      );
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, { name, text }: TraceFile): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TraceError(`${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "(root)"}: ${message}`,
  );
  throw new TraceError(`${name} is no trace that can be played:\n${mistakes.join("\n")}`);
}

/** @throws TraceError */
export const marketFromTrace = (file: TraceFile, seed: number): Market =>
  measuredMarket(parsed(traceSchema, file), seed);

/** The same for a trace of two types. @throws TraceError */
export function marketFromTypesTrace(
  file: TraceFile,
  seed: number,
  types: Readonly<Record<"first" | "second", TypeOfTrace>>,
): Market {
  const trace = parsed(typesTraceSchema, file);
  const { name, zones } = measuredMarket(trace, seed);
  return {
    name,
    zones: zones.map((pool, place) => dearerPool(pool, types[trace.zones[place]?.type ?? "first"])),
  };
}

function measuredMarket({ name, zones, samples, intervalSeconds, probeSize }: Trace, seed: number): Market {
  const random = new SeededRandom(seed);
  const lengthMs = samples * intervalSeconds * 1000;
  const factor = probeSize === 1 ? 4 : probeSize <= 4 ? 2 : 1;
  return {
    name,
    zones: zones.map(({ zone, capacity }) => {
      let sample = 0;
      const steps = capacity.map(([value, length]) => {
        const fromMs = sample * intervalSeconds * 1000;
        sample += length;
        return { fromMs, capacity: value * factor };
      });
      return { zone, steps: pricedSteps(steps, random, lengthMs) };
    }),
  };
}
