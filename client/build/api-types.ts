/** Makes client/api-types.ts of the OpenAPI document: `npm run api:types`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTypescript, { astToString, type OpenAPI3 } from "openapi-typescript";
import { format } from "prettier";
import { openApiDocument } from "../../shared/contract/api/openapi.ts";

const heading = "/** Made of the OpenAPI document by `npm run api:types`; not to be edited. */\n";

export async function apiTypes(): Promise<string> {
  // The library's type is of OpenAPI 3.0; it reads 3.1 as well.
  const nodes = await openapiTypescript(openApiDocument() as unknown as OpenAPI3);
  return format(heading + astToString(nodes), { parser: "typescript", printWidth: 110 });
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "..", "api-types.ts"), await apiTypes());
