/** Keeps the program's clock in step with S3's. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { StoreClock } from "../../system/store-clock.ts";

/** Sets the clock by the `Date` header of every answer of S3, refusals included. */
export function setByAnswers(clock: StoreClock, client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (input) => {
      const askedAt = clock.ownNowMs();
      const result = await next(input);
      const storeMs = dateOf(result.response);
      if (storeMs !== null) clock.heard(storeMs, askedAt);
      return result;
    },
    // As close to the network as possible: here a refusal is still a plain answer.
    { step: "deserialize", priority: "low", name: "setClockByAnswers", override: true },
  );
}

function dateOf(response: unknown): number | null {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  const date = Date.parse(headers?.["date"] ?? "");
  return Number.isNaN(date) ? null : date;
}
