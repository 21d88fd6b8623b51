/** Items that failed, by the code of their failure. */
import { dataOf, type MusicgenBatch, type Schemas } from "../../../client/client.ts";

export interface FailureGroup {
  readonly code: string;
  /** Of one of them. */
  readonly detail: string;
  readonly indices: readonly number[];
}
export interface Failures {
  /** The largest first. */
  readonly groups: readonly FailureGroup[];
  /** How many of the failed items were looked at. */
  readonly seen: number;
}

/** What a glance may cost: so many questions, of so many items each. */
const mostQuestions = 8;
const perQuestion = 100;

/** @param letters the states of all items: they tell where failures are */
export async function loadFailures(
  api: MusicgenBatch,
  id: string,
  letters: string,
  signal: AbortSignal,
): Promise<Failures> {
  const found: Schemas["Result"][] = [];
  let at = letters.indexOf("f");
  for (let asked = 0; at >= 0 && asked < mostQuestions; asked += 1) {
    const params = { path: { id }, query: { cursor: String(at), limit: perQuestion } };
    const lines = await dataOf(api.GET("/v1/batches/{id}/results", { params, parseAs: "text", signal }));
    found.push(...failedIn(lines));
    at = letters.indexOf("f", at + perQuestion);
  }
  return { groups: groupsOf(found), seen: found.length };
}

const failedIn = (lines: string): Schemas["Result"][] =>
  lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Schemas["Result"])
    .filter(({ outcome }) => outcome === "failed");

export function groupsOf(results: readonly Schemas["Result"][]): readonly FailureGroup[] {
  const byCode = Map.groupBy(results, ({ error }) => error?.code ?? "unknown");
  return [...byCode]
    .map(([code, own]) => ({
      code,
      detail: own[0]?.error?.detail ?? "",
      indices: own.map(({ index }) => index),
    }))
    .sort((one, other) => other.indices.length - one.indices.length);
}
