import { describe, expect, test } from "vitest";
import { type MgbWorld, problem, useMgbWorld } from "../mgb-world.ts";
import { batchId } from "../sample-batch.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const path = `/v1/batches/${batchId}/results`;
const next = (query: string) => ({ link: `<${path}?${query}>; rel="next"` });
const paths = () => world.asked.map((asked) => asked.path);

describe("results", () => {
  test("--csv is one table of all pages, also of those that end early", async () => {
    world.script = {
      [`GET ${path}`]: [
        { headers: next("cursor=412&limit=1000&format=csv"), body: '"index","prompt"\r\n0,"a"\r\n' },
        { headers: next("cursor=1412&limit=1000&format=csv"), body: '412,"line\r\nbreak"\r\n' },
        { body: '1412,"é"\r\n' },
      ],
    };
    expect(await world.run(["results", batchId, "--csv"])).toEqual({
      exitCode: 0,
      out: '"index","prompt"\r\n0,"a"\r\n412,"line\r\nbreak"\r\n1412,"é"\r\n',
      err: "",
    });
    expect(paths()).toEqual([
      `${path}?format=csv`,
      `${path}?cursor=412&limit=1000&format=csv`,
      `${path}?cursor=1412&limit=1000&format=csv`,
    ]);
  });

  test("are JSON lines otherwise, as the API writes them", async () => {
    world.script = {
      [`GET ${path}`]: [
        { headers: next("cursor=1&limit=1000"), body: '{"index":0}\n' },
        { headers: next("cursor=2&limit=1000"), body: "" },
        { body: '{"index":2}\n' },
      ],
    };
    expect(await world.run(["results", batchId])).toEqual({
      exitCode: 0,
      out: '{"index":0}\n{"index":2}\n',
      err: "",
    });
    expect(paths()[0]).toBe(path);
  });

  test("whose page is missing for a moment are asked for again, and no row is written twice", async () => {
    world.script = {
      [`GET ${path}`]: [
        { headers: next("cursor=1&limit=1000"), body: '{"index":0}\n' },
        problem("internal"),
        { body: '{"index":1}\n' },
      ],
    };
    expect((await world.run(["results", batchId])).out).toBe('{"index":0}\n{"index":1}\n');
  });

  test("that break off in the middle end with an error", async () => {
    world.script = {
      [`GET ${path}`]: [
        { headers: next("cursor=1&limit=1000"), body: '{"index":0}\n' },
        problem("not_found", "no such batch"),
      ],
    };
    const { exitCode, err } = await world.run(["results", batchId]);
    expect(exitCode).toBe(5);
    expect(err).toContain("no such batch");
  });

  test("come in one form: asking for both is a usage error", async () => {
    expect((await world.run(["results", batchId, "--csv", "--json"])).exitCode).toBe(2);
    expect(world.asked).toEqual([]);
  });
});

test("api tells where the next page is, beside the answer and not in it", async () => {
  world.script = { [`GET ${path}`]: { headers: next("cursor=412&limit=1000"), body: '{"index":0}\n' } };
  expect(await world.run(["api", path])).toEqual({
    exitCode: 0,
    out: '{"index":0}\n',
    err: `The next page: mgb api '${path}?cursor=412&limit=1000'\n`,
  });
});
