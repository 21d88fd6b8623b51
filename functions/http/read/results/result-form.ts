/**
 * The form in which a client gets results: the one that the query names, else the one that `Accept` prefers, else JSON
 * lines.
 */
import type { resultForms } from "../../../../shared/contract/api/queries.ts";
import type { QueryOf } from "../../../../shared/contract/api/routes.ts";
import type { ApiRequest } from "../../route.ts";

export type ResultForm = (typeof resultForms)[number];
type Asked = Pick<ApiRequest<QueryOf<"GET /v1/batches/{id}/results">>, "query" | "headers">;

export function resultFormOf({ query, headers }: Asked): ResultForm {
  if (query.format !== undefined) return query.format;
  const weights = weightsIn(headers["accept"] ?? "");
  const csv = weights.get("text/csv") ?? 0;
  const json = Math.max(...jsonTypes.map((type) => weights.get(type) ?? 0));
  return csv > json ? "csv" : "jsonl";
}

const jsonTypes = ["application/x-ndjson", "application/jsonl", "application/json"] as const;

/** The weights of the media types. @see RFC 9110, section 12.5.1 */
function weightsIn(accept: string): ReadonlyMap<string, number> {
  return new Map(
    accept.split(",").map((range) => {
      const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return [type, weight === undefined ? 1 : Number(weight.slice("q=".length))] as const;
    }),
  );
}
