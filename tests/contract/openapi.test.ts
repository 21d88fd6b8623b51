import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

test("the description of the API has no fault that Redocly's linter knows, and no warning", () => {
  const folder = mkdtempSync(join(tmpdir(), "mgb-openapi-"));
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(openApiDocument()));
  const redocly = join(import.meta.dirname, "..", "..", "node_modules", ".bin", "redocly");
  const { status, stdout } = spawnSync(redocly, ["lint", "openapi.json", "--format", "json"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  rmSync(folder, { recursive: true });
  const { totals, problems } = JSON.parse(stdout) as { totals: object; problems: unknown[] };
  expect([status, problems, totals]).toEqual([0, [], { errors: 0, warnings: 0, ignored: 0 }]);
});
