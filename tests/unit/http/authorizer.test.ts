import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { authorizer } from "../../../functions/http/authorizer.ts";
import { callerSchema } from "../../../shared/contract/api/api.ts";
import type { ApiKeyRecord } from "../../../shared/contract/records/batch-records.ts";
import { PlannedFaults } from "../../../simulation/memory/faults.ts";
import { MemoryStore } from "../../../simulation/memory/memory-store.ts";
import { VirtualClock } from "../../../simulation/memory/virtual-clock.ts";
import { StoreError } from "../../../shared/ports.ts";

const key = "mgb_a-good-key";
const sha256 = createHash("sha256").update(key).digest("hex");
const record: ApiKeyRecord = {
  v: 1,
  sha256,
  owner: "ada",
  scopes: ["read", "submit"],
  name: null,
  created_at: "2026-01-01T00:00:00.000Z",
  expires_at: null,
  revoked_at: null,
};
const ada = { kind: "known", key_id: "key_0b81b90cb78aeecf", owner: "ada", scopes: ["read", "submit"] };

async function gate(stored: unknown = record, faults = new PlannedFaults()) {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock, faults });
  await store.put(`keys/${sha256}`, JSON.stringify(stored));
  const authorize = authorizer({ store, clock });
  const callerOf = async (headers: Record<string, string>) => {
    const answer = await authorize({ headers });
    expect(answer.isAuthorized).toBe(true);
    return callerSchema.parse(JSON.parse(answer.context.caller));
  };
  return { clock, store, callerOf };
}

describe("authorizer", () => {
  test.each<[name: string, headers: Record<string, string>]>([
    ["Authorization: Bearer", { authorization: `Bearer ${key}` }],
    ["the scheme in any case", { Authorization: `bearer  ${key}` }],
    ["X-Api-Key", { "x-api-key": key }],
    ["X-Api-Key beside another scheme", { authorization: "Basic abc", "X-Api-Key": key }],
  ])("knows the owner of a key sent as %s", async (_name, headers) => {
    expect(await (await gate()).callerOf(headers)).toEqual(ada);
  });

  test.each<[name: string, headers: Record<string, string>, stored: unknown, kind: string]>([
    ["no header", {}, record, "missing_key"],
    ["an empty key", { authorization: "Bearer " }, record, "missing_key"],
    ["an empty X-Api-Key", { "x-api-key": " " }, record, "missing_key"],
    ["another scheme", { authorization: `Basic ${key}` }, record, "missing_key"],
    ["a wrong key", { authorization: "Bearer mgb_wrong" }, record, "unknown_key"],
    [
      "a revoked key",
      { authorization: `Bearer ${key}` },
      { ...record, revoked_at: "2026-01-02T00:00:00.000Z" },
      "unknown_key",
    ],
    [
      "a key that has expired",
      { authorization: `Bearer ${key}` },
      { ...record, expires_at: "2026-01-01T00:00:00.000Z" },
      "unknown_key",
    ],
    [
      "a key whose record is another key's",
      { authorization: `Bearer ${key}` },
      { ...record, sha256: "0".repeat(64) },
      "unknown_key",
    ],
  ])("finds nobody for %s", async (_name, headers, stored, kind) => {
    expect(await (await gate(stored)).callerOf(headers)).toEqual({ kind });
  });

  test("remembers a key for half a minute, and no longer", async () => {
    const { clock, store, callerOf } = await gate();
    await callerOf({ authorization: `Bearer ${key}` });
    await store.delete(`keys/${sha256}`);
    await clock.advance(29_000);
    expect(await callerOf({ authorization: `Bearer ${key}` })).toEqual(ada);
    await clock.advance(1_000);
    expect(await callerOf({ authorization: `Bearer ${key}` })).toEqual({ kind: "unknown_key" });
  });

  test("a key opens nothing from the moment at which it expires, although it is remembered", async () => {
    const { clock, callerOf } = await gate({ ...record, expires_at: "2026-01-01T00:00:10.000Z" });
    expect(await callerOf({ authorization: `Bearer ${key}` })).toEqual(ada);
    await clock.advance(10_000);
    expect(await callerOf({ authorization: `Bearer ${key}` })).toEqual({ kind: "unknown_key" });
  });

  test("knows a key whose record was written before keys had a name and an end", async () => {
    const { name: _name, expires_at: _end, ...older } = record;
    expect(await (await gate(older)).callerOf({ authorization: `Bearer ${key}` })).toEqual(ada);
  });

  test("a key that was not known is known as soon as it is made", async () => {
    const { store, callerOf } = await gate();
    await store.delete(`keys/${sha256}`);
    expect(await callerOf({ authorization: `Bearer ${key}` })).toEqual({ kind: "unknown_key" });
    await store.put(`keys/${sha256}`, JSON.stringify(record));
    expect(await callerOf({ authorization: `Bearer ${key}` })).toEqual(ada);
  });

  test("nobody is let in while the store does not answer", async () => {
    const faults = new PlannedFaults().beforeNext("get", /keys/, () => {
      throw new StoreError("no answer", "keys", { cause: null });
    });
    const { callerOf } = await gate(record, faults);
    await expect(callerOf({ authorization: `Bearer ${key}` })).rejects.toThrow("no answer");
  });
});
