import { beforeEach, expect, test } from "vitest";
import { keepAudit, type Act } from "../../../shared/audit/keep-audit.ts";
import { listAudit, type AuditFilter } from "../../../shared/audit/list-audit.ts";
import type { AuditId } from "../../../shared/contract/ids.ts";
import { World } from "../fleet/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const act = (change: Partial<Act> = {}): Act => ({
  action: "stop",
  by: { kind: "key", key_id: null, owner: "ada" },
  request_id: null,
  subject: null,
  outcome: "done",
  code: null,
  details: {},
  ...change,
});
const byCredentials = { kind: "aws_credentials", arn: "arn:aws:iam::123456789012:user/ada" } as const;
const ben = { kind: "key", key_id: null, owner: "ben.of-Team_1" } as const;

/** Acts of minutes 0, 1, 2 and so on. */
async function done(...acts: readonly Act[]): Promise<void> {
  for (const each of acts) {
    expect(await keepAudit(each, world.ports, null)).toBe("kept");
    await world.clock.advance(60_000);
  }
}
const minute = (at: number): number => Date.parse("2026-01-01T00:00:00.000Z") + at * 60_000;
const listed = async (filter: AuditFilter = {}, limit = 20, after?: AuditId) =>
  listAudit(world, filter, { after, limit });
const actionsIn = async (filter: AuditFilter) => (await listed(filter)).records.map(({ action }) => action);

test("acts are listed page by page, the newest first", async () => {
  await done(act(), act({ action: "start" }), act({ action: "launch" }));
  const first = await listed({}, 2);
  expect(first.records.map(({ action }) => action)).toEqual(["launch", "start"]);
  const second = await listed({}, 2, first.next ?? undefined);
  expect([second.records.map(({ action }) => action), second.next]).toEqual([["stop"], null]);
});

test("they are filtered by action, by owner and by time, both ends included", async () => {
  await done(act(), act({ action: "start", by: ben }), act({ by: byCredentials, action: "key.create" }));
  expect(await actionsIn({ action: "start" })).toEqual(["start"]);
  expect(await actionsIn({ owner: "ben.of-Team_1" })).toEqual(["start"]);
  expect(await actionsIn({ owner: "ada" })).toEqual(["stop"]);
  expect(await actionsIn({ sinceMs: minute(1) })).toEqual(["key.create", "start"]);
  expect(await actionsIn({ untilMs: minute(1) })).toEqual(["start", "stop"]);
  expect(await actionsIn({ sinceMs: minute(1), untilMs: minute(1) })).toEqual(["start"]);
  expect(await actionsIn({ sinceMs: minute(5) })).toEqual([]);
});

test("only what fits is read", async () => {
  await done(act(), act({ action: "start" }), act());
  const read: string[] = [];
  const get = world.store.get.bind(world.store);
  world.store.get = (key) => {
    read.push(key);
    return get(key);
  };
  await listed({ action: "start" });
  expect(read).toHaveLength(1);
});

test("a list looks at 5,000 names at most, and says where to go on", async () => {
  await done(act({ action: "start" }));
  for (let count = 0; count < 5_000; count += 1) await keepAudit(act(), world.ports, null);
  const first = await listed({ action: "start" });
  expect(first.records).toEqual([]);
  const second = await listed({ action: "start" }, 20, first.next ?? undefined);
  expect([second.records.length, second.next]).toEqual([1, null]);
});
