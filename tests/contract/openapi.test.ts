import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openApiDocument } from "../../shared/contract/api/openapi.ts";

test("the description of the API is valid OpenAPI 3.1, by a validator that is not ours", () => {
  const script = `
import json, sys
from openapi_spec_validator import OpenAPIV31SpecValidator
for error in OpenAPIV31SpecValidator(json.load(sys.stdin)).iter_errors():
    print(error)
`;
  const python = join(import.meta.dirname, "..", "..", ".venv", "bin", "python");
  const ended = spawnSync(python, ["-c", script], {
    input: JSON.stringify(openApiDocument()),
    encoding: "utf8",
  });
  expect([ended.status, ended.stdout, ended.stderr]).toEqual([0, "", ""]);
});
