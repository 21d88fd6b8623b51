import { expect, test } from "vitest";
import { collector, type MgbWorld, useMgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

/** In a terminal. @param takes whether a browser takes the address */
async function open(takes: boolean, args: readonly string[] = []) {
  const out = collector(true);
  const opened: string[] = [];
  const ended = await world.run(["open", ...args], {
    out: out.stream,
    openPage: (url) => {
      opened.push(url);
      return Promise.resolve(takes);
    },
  });
  return { ...ended, out: out.text(), opened };
}

test("the dashboard of the chosen API is opened; its key is not in the address, which a browser remembers", async () => {
  const { exitCode, out, opened } = await open(true);
  expect({ exitCode, out, opened }).toEqual({
    exitCode: 0,
    out: `${world.url}/\n`,
    opened: [`${world.url}/`],
  });
});

test("the reference page is opened when it is asked for, without asking the API", async () => {
  const { exitCode, out, err, opened } = await open(true, ["--docs"]);
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
  expect([exitCode, out]).toEqual([0, `${world.url}/\n`]);
  expect(err).toContain("open the address yourself");
});

test("a program gets the address alone, and no browser opens", async () => {
  let opens = 0;
  const { out } = await world.run(["open"], { openPage: () => Promise.resolve(++opens > 0) });
  expect([JSON.parse(out), opens]).toEqual([{ url: `${world.url}/` }, 0]);
});
