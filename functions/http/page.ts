/** Lists, bounded in bytes as well as in rows: a page that is full ends early, and its cursor leads on. */
import { fitting } from "./fitting.ts";
import type { ApiResponse } from "./responses.ts";

/** A row, and the cursor that leads on after it. */
export interface Row<T> {
  readonly cursor: string;
  readonly value: T;
}

/**
 * Lambda answers 6 MB at most, and that is a JSON text with ours in it: each of our quotes takes two bytes more, or
 * three. The largest single row of any list is below 1 MB.
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
