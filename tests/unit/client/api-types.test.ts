import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiTypes } from "../../../client/build/api-types.ts";

test("the client's types are what the OpenAPI document gives (npm run api:types makes them)", async () => {
  expect(readFileSync("client/api-types.ts", "utf8")).toBe(await apiTypes());
});
