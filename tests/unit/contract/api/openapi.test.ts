import { expect, test } from "vitest";
import { nameIn, type Described, type JsonSchema } from "../../../../functions/http/about/docs/described.ts";
import { openApiDocument } from "../../../../shared/contract/api/openapi.ts";
import { routeKeys } from "../../../../shared/contract/api/routes.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
const { paths, components } = openApiDocument() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, object>> }>>;
  };
};
const operationAt = (method: string, path: string): Operation => {
  const operation = paths[path]?.[method];
  if (operation === undefined) throw new Error(`no ${method} ${path}`);
  return operation;
};

test("it describes every route and no other, each under a name of its own", () => {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual([...routeKeys].sort());
  const names = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((one) => one.operationId),
  );
  expect(new Set(names).size).toBe(routeKeys.length);
});

test("it tells a submit's limits as the schema holds them", () => {
  const { properties } = components.schemas["ItemRequest"] ?? {};
  expect(properties?.["prompt"]).toMatchObject({ type: "string", minLength: 1, maxLength: 1000 });
  expect(properties?.["variations"]).toMatchObject({ type: "integer", minimum: 1, maximum: 8 });
  const request = components.schemas["BatchRequest"]?.properties;
  expect(request?.["items"]).toMatchObject({
    type: "array",
    minItems: 1,
    maxItems: 1000,
    items: { $ref: "#/components/schemas/ItemRequest" },
  });
  expect(request?.["metadata"]).toMatchObject({
    maxProperties: 16,
    propertyNames: { maxLength: 64 },
    additionalProperties: { maxLength: 512 },
  });
});

test("it tells what a query takes once it is parsed, and the headers that matter", () => {
  const { parameters } = operationAt("get", "/v1/batches/{id}");
  expect(parameters.map(({ name, in: place }) => [name, place])).toEqual([
    ["id", "path"],
    ["wait", "query"],
    ["If-None-Match", "header"],
  ]);
  expect(parameters[1]?.schema).toEqual({ type: "integer", minimum: 0, maximum: 25 });
  expect(operationAt("post", "/v1/stop").parameters).toMatchObject([
    { name: "Idempotency-Key", in: "header" },
  ]);
});

test.each([
  [
    "post",
    "/v1/batches",
    ["200", "202", "400", "401", "403", "404", "409", "413", "422", "429", "500", "503"],
  ],
  ["get", "/v1/items/{id}/audio", ["200", "302", "401", "403", "404", "409", "422", "429", "500"]],
  ["get", "/healthz", ["200", "422", "429", "500"]],
])("of %s %s it tells every status", (method, path, statuses) => {
  expect(Object.keys(operationAt(method, path).responses).sort()).toEqual(statuses);
});

test("every field that a body may hold is described by a sentence", () => {
  const document = openApiDocument() as unknown as Described;
  const { schemas } = document.components;
  const silent: string[] = [];
  const visit = (given: JsonSchema, place: string): void => {
    const named = given.$ref === undefined ? given : schemas[nameIn(given.$ref)];
    for (const [name, field] of Object.entries(named?.properties ?? {})) {
      if ((field.description ?? "") === "") silent.push(`${place}/${name}`);
      visit(field, `${place}/${name}`);
    }
    if (named?.items !== undefined) visit(named.items, `${place}/0`);
    for (const form of named?.anyOf ?? []) visit(form, place);
  };
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const schema = requestBody?.content["application/json"]?.schema;
      if (schema !== undefined) visit(schema, `${method} ${path}`);
    }
  expect(silent).toEqual([]);
});
