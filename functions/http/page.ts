/** Pages of lists, limited in bytes as well as in rows. A full page ends early, and its cursor continues the list. */
import { fitting } from "./fitting.ts";
import type { ApiResponse } from "./responses.ts";

/** A row, and the cursor of what follows it. */
export interface Row<T> {
  readonly cursor: string;
  readonly value: T;
}

/**
 * Lambda answers at most 6 MB. The answer is JSON text that contains our body as a string, so each of our quotes takes
 * two or three bytes more. The largest single row of any list is below 1 MB.
 */
export const pageBytes = 2 * 1024 * 1024;

/** @param nextCursor of the page after all these rows; null: there is none */
export function pageOf<T>(rows: readonly Row<T>[], nextCursor: string | null): ApiResponse {
  const fit = fitting(rows, ({ value }) => JSON.stringify(value), pageBytes);
  const next = fit.length < rows.length ? (fit.at(-1)?.cursor ?? null) : nextCursor;
  return {
    status: 200,
    body: { data: fit.map(({ value }) => value), next_cursor: next, has_more: next !== null },
  };
}
