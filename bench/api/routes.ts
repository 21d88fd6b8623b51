/** Each route with a right request: what the function itself takes, beside the calls to AWS, and how many those are. */
import { sampleOf } from "../../functions/http/about/docs/sample.ts";
import type { Described } from "../../functions/http/about/docs/described.ts";
import { openApiDocument } from "../../shared/contract/api/openapi.ts";
import { type RouteKey, routeKeys } from "../../shared/contract/api/routes.ts";
import { jsonOf } from "../../shared/contract/json.ts";
import { quantile, rounded } from "../numbers.ts";
import { msWithin, type Recorder } from "./recorder.ts";
import type { Stage } from "./stage.ts";
import { countsOf } from "./submit.ts";

export interface RouteCost {
  readonly route: RouteKey;
  readonly status: number;
  readonly overhead_ms: { readonly p50: number; readonly p95: number };
  /** Of the last request. */
  readonly aws_requests: Readonly<Record<string, number>>;
}

const runs = 20;
const document = openApiDocument() as unknown as Described;
/** The service stays open and its things stay there until the others are measured. */
const last: readonly string[] = ["DELETE ", "POST /v1/stop", "POST /v1/start"];

export async function routeCosts(stage: Stage, recorder: Recorder): Promise<readonly RouteCost[]> {
  const ids = await makeThings(stage);
  const order = (key: RouteKey): number => last.findIndex((start) => key.startsWith(start));
  const costs: RouteCost[] = [];
  for (const key of routeKeys.toSorted((a, b) => order(a) - order(b)))
    costs.push(await costOf(key, ids, stage, recorder));
  return costs;
}

async function costOf(
  key: RouteKey,
  ids: ReadonlyMap<string, string>,
  stage: Stage,
  recorder: Recorder,
): Promise<RouteCost> {
  const [method = "", path = ""] = key.split(" ");
  const operation = document.paths[path]?.[method.toLowerCase()];
  const schema = operation?.requestBody?.content["application/json"]?.schema;
  const request = {
    ...(path.includes("{id}") && { params: { id: ids.get(path.split("/")[2] ?? "") ?? "" } }),
    ...(schema !== undefined && { body: sampleOf(schema, document.components.schemas) }),
  };
  const overheads: number[] = [];
  for (let run = 0; ; run += 1) {
    const { value, ms, calls } = await recorder.during(() => stage.call(key, request));
    overheads.push(ms - msWithin(calls));
    if (run < runs) continue;
    // Without the first, which compiles.
    const counted = overheads.slice(1);
    const overhead_ms = { p50: rounded(quantile(counted, 0.5)), p95: rounded(quantile(counted, 0.95)) };
    return { route: key, status: value.statusCode ?? 0, overhead_ms, aws_requests: countsOf(calls) };
  }
}

/** One of each kind that a path may name. @returns their ids, by the word in the path */
async function makeThings(stage: Stage): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const key of routeKeys) {
    const made = /^POST \/v1\/([a-z]+)$/.exec(key)?.[1];
    const schema =
      document.paths[`/v1/${made ?? ""}`]?.["post"]?.requestBody?.content["application/json"]?.schema;
    if (made === undefined || schema === undefined) continue;
    const { body = "" } = await stage.call(key, { body: sampleOf(schema, document.components.schemas) });
    const { id } = (jsonOf(body) ?? {}) as { readonly id?: unknown };
    if (typeof id === "string") ids.set(made, id);
  }
  const batch = ids.get("batches");
  if (batch !== undefined) ids.set("items", `item_${batch.slice("batch_".length)}_0`);
  return ids;
}
