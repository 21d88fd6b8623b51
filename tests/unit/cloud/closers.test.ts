import { expect, test } from "vitest";
import { Closers } from "../../../local/cloud/closers.ts";

test("what was started last is ended first, and only once", async () => {
  const ended: string[] = [];
  const closers = new Closers();
  closers.add(() => void ended.push("emulator"));
  closers.add(async () => {
    await Promise.resolve();
    ended.push("proxy");
  });
  await closers.close();
  await closers.close();
  expect(ended).toEqual(["proxy", "emulator"]);
});

test("one that cannot be ended does not keep the others running, and is reported", async () => {
  const ended: string[] = [];
  const closers = new Closers();
  closers.add(() => void ended.push("emulator"));
  closers.add(() => Promise.reject(new Error("stuck")));
  await expect(closers.close()).rejects.toMatchObject({ errors: [new Error("stuck")] });
  expect(ended).toEqual(["emulator"]);
});
