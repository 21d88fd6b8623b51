import { afterEach, beforeEach, expect, test } from "vitest";
import { collector, MgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
beforeEach(async () => {
  world = new MgbWorld();
  await world.open();
});
afterEach(() => {
  world.close();
});

/** In a terminal. @param takes whether a browser takes the address */
async function open(takes: boolean) {
  const out = collector(true);
  const opened: string[] = [];
  const ended = await world.run(["open"], {
    out: out.stream,
    openPage: (url) => {
      opened.push(url);
      return Promise.resolve(takes);
    },
  });
  return { ...ended, out: out.text(), opened };
}

test("the reference page of the chosen API is opened, without asking that API", async () => {
  const { exitCode, out, err, opened } = await open(true);
  expect({ exitCode, out, err, asked: world.asked }).toEqual({
    exitCode: 0,
    out: `${world.url}/docs\n`,
    err: "",
    asked: [],
  });
  expect(opened).toEqual([`${world.url}/docs`]);
});

test("where no browser takes it, the address is there to be copied", async () => {
  const { exitCode, out, err } = await open(false);
  expect([exitCode, out]).toEqual([0, `${world.url}/docs\n`]);
  expect(err).toContain("open the address yourself");
});

test("a program gets the address alone, and no browser opens", async () => {
  let opens = 0;
  const { out } = await world.run(["open"], { openPage: () => Promise.resolve(++opens > 0) });
  expect([JSON.parse(out), opens]).toEqual([{ url: `${world.url}/docs` }, 0]);
});
