/** What batches are called: a name says more than an id. */
import { dataOf } from "../../client/client.ts";
import { useResource } from "./use-resource.ts";

/** By id. Of the newest batches: a page of them is what a glance may cost. */
export function useBatchNames(): ReadonlyMap<string, string> {
  const { data } = useResource(
    "names of batches",
    (api, signal) => dataOf(api.GET("/v1/batches", { params: { query: { limit: 20 } }, signal })),
    60_000,
  );
  return new Map(data?.data.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
}
