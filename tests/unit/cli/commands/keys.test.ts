import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { authorizer } from "../../../../functions/http/authorizer.ts";
import { listAudit } from "../../../../shared/audit/list-audit.ts";
import { callerSchema } from "../../../../shared/contract/api/api.ts";
import type { CreatedKeyView, KeyView } from "../../../../shared/contract/api/api-key.ts";
import { keyIdOf } from "../../../../shared/contract/ids.ts";
import { StoreError, type ObjectStore } from "../../../../shared/ports.ts";
import { RecordingLog } from "../../../../simulation/memory/recording-log.ts";
import { MemoryStore } from "../../../../simulation/memory/memory-store.ts";
import { VirtualClock } from "../../../../simulation/memory/virtual-clock.ts";
import { awsOf, deployed } from "../deployed-stage.ts";
import { collector, type MgbWorld, page, problem, useMgbWorld } from "../mgb-world.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const keyId = keyIdOf("0123456789abcdef");
const sampleKey = (change: Partial<KeyView> = {}): KeyView => ({
  id: keyId,
  owner: "ada",
  scopes: ["read", "submit"],
  name: "CI",
  status: "active",
  created_at: "2026-01-01T00:00:00.000Z",
  expires_at: null,
  revoked_at: null,
  ...change,
});
const made: CreatedKeyView = { ...sampleKey(), key: "mgb_secret" };

describe("through the API", () => {
  test("a key is made with what was asked for, and printed alone", async () => {
    world.script = { "POST /v1/keys": { status: 201, body: made } };
    const out = collector(true);
    const args = [
      "keys",
      "create",
      "--owner",
      "ada",
      "--scopes",
      "read, submit",
      "--name",
      "CI",
      "--expires",
      "90d",
    ];
    const { exitCode, err } = await world.run(args, { out: out.stream });
    expect([exitCode, out.text()]).toEqual([0, "mgb_secret\n"]);
    expect(err).toContain("not shown again");
    expect(JSON.parse(world.asked[0]?.body ?? "")).toEqual({
      owner: "ada",
      scopes: ["read", "submit"],
      name: "CI",
      expires_in_seconds: 7_776_000,
    });
    expect(world.asked[0]?.headers["idempotency-key"]).toMatch(/^[0-9A-Z]{26}$/);
  });

  test("a key whose answer was lost is named, so that it can be revoked", async () => {
    world.script = { "POST /v1/keys": { status: 201, body: { ...made, key: null } } };
    const { exitCode, out, err } = await world.run(["keys", "create"]);
    expect([exitCode, out]).toEqual([1, ""]);
    expect(err).toContain(`mgb keys revoke ${keyId}`);
  });

  test("keys are listed to the last page, the newest first", async () => {
    const older = sampleKey({ id: keyIdOf("f".repeat(16)), created_at: "2025-01-01T00:00:00.000Z" });
    world.script = {
      "GET /v1/keys": [{ body: { data: [older], next_cursor: older.id, has_more: true } }, page(sampleKey())],
    };
    const { out } = await world.run(["keys", "list"]);
    expect(JSON.parse(out)).toEqual({ data: [sampleKey(), older] });
    expect(world.asked.map(({ path }) => path)).toEqual([
      "/v1/keys?limit=100",
      `/v1/keys?limit=100&cursor=${older.id}`,
    ]);
  });

  test("a key is revoked by its id", async () => {
    const revoked = sampleKey({ status: "revoked", revoked_at: "2026-01-01T00:01:00.000Z" });
    world.script = { [`DELETE /v1/keys/${keyId}`]: { body: revoked } };
    expect(JSON.parse((await world.run(["keys", "revoke", keyId])).out)).toEqual(revoked);
  });

  test("a key without the scope gets an error that says so", async () => {
    world.script = { "GET /v1/keys": problem("forbidden") };
    expect((await world.run(["keys", "list"])).exitCode).toBe(4);
  });
});

test.each([
  [["keys", "create", "--scopes", "admin"]],
  [["keys", "create", "--scopes", "read,read"]],
  [["keys", "create", "--expires", "soon"]],
  [["keys", "create", "--expires", "3651d"]],
  [["keys", "create", "--stage", "../prod"]],
  [["keys", "revoke"]],
  [["keys", "revoke", "mgb_secret"]],
])("%j ends with 2, asks nobody, and repeats no key", async (args: string[]) => {
  const { exitCode, err } = await world.run(args);
  expect(exitCode).toBe(2);
  expect(err).not.toContain("mgb_secret");
  expect(world.asked).toEqual([]);
});

describe("with AWS credentials alone", () => {
  const clock = new VirtualClock();
  const nobody = { environment: {} };

  const bucket = (store: ObjectStore, opened: string[] = []) => ({
    ...nobody,
    folder: join(world.folder, "docs"),
    ...awsOf({
      bucket: (region, name) => {
        opened.push(`${region} ${name}`);
        return store;
      },
    }),
  });

  test("the first key of a stage is made in its bucket, may do everything, and opens the API", async () => {
    deployed(world.folder);
    const store = new MemoryStore({ clock });
    const opened: string[] = [];
    const ended = await world.run(["keys", "create", "--stage", "prod"], bucket(store, opened));
    expect(ended).toMatchObject({ exitCode: 0, err: "" });
    expect(opened).toEqual(["eu-central-1 my-music"]);
    const { key } = JSON.parse(ended.out) as CreatedKeyView;
    const { context } = await authorizer({ store, clock })({ headers: { "x-api-key": key ?? "" } });
    expect(callerSchema.parse(JSON.parse(context.caller))).toEqual({
      kind: "known",
      key_id: (JSON.parse(ended.out) as CreatedKeyView).id,
      owner: "operator",
      scopes: ["read", "submit", "operate"],
    });
    expect(world.asked).toEqual([]);
  });

  test("keys are listed and revoked, also the last one that may operate, and another is made after it", async () => {
    deployed(world.folder);
    const around = bucket(new MemoryStore({ clock }));
    const first = JSON.parse((await world.run(["keys", "create", "--stage", "prod"], around)).out) as KeyView;
    expect((await world.run(["keys", "revoke", first.id, "--stage", "prod"], around)).exitCode).toBe(0);
    expect((await world.run(["keys", "create", "--stage", "prod"], around)).exitCode).toBe(0);
    const listed = await world.run(["keys", "list", "--stage", "prod"], around);
    const { data } = JSON.parse(listed.out) as { data: KeyView[] };
    expect(data.map(({ status }) => status).toSorted()).toEqual(["active", "revoked"]);
  });

  test("a key whose record is damaged is left out of the list, and its record is named", async () => {
    deployed(world.folder);
    const store = new MemoryStore({ clock });
    const around = bucket(store);
    await world.run(["keys", "create", "--stage", "prod"], around);
    const made = (await world.run(["keys", "create", "--stage", "prod"], around)).out;
    const [damaged = ""] = (await store.list("keys/")).objects
      .map(({ key }) => key)
      .filter((key) => !key.includes((JSON.parse(made) as KeyView).id.slice("key_".length)));
    await store.put(damaged, "{");
    const listed = await world.run(["keys", "list", "--stage", "prod"], around);
    expect(listed).toMatchObject({ exitCode: 0, err: expect.stringContaining(damaged) as string });
    expect((JSON.parse(listed.out) as { data: KeyView[] }).data).toHaveLength(1);
  });

  test("what is made and revoked is recorded in the audit, with whose credentials they were and without the key", async () => {
    deployed(world.folder);
    const store = new MemoryStore({ clock });
    const around = bucket(store);
    const made = JSON.parse(
      (await world.run(["keys", "create", "--stage", "prod"], around)).out,
    ) as CreatedKeyView;
    world.nowMs += 60_000;
    await world.run(["keys", "revoke", made.id, "--stage", "prod"], around);
    const { records } = await listAudit(
      { store, log: new RecordingLog() },
      {},
      { after: undefined, limit: 10 },
    );
    const arn = "arn:aws:iam::123456789012:user/ada";
    expect(records).toMatchObject([
      { action: "key.revoke", subject: made.id, by: { kind: "aws_credentials", arn }, outcome: "done" },
      { action: "key.create", subject: made.id, details: { owner: "operator" }, request_id: null },
    ]);
    expect(JSON.stringify(records)).not.toContain(made.key);
  });

  test("a key is shown though the audit could not be written, and the loss is told", async () => {
    deployed(world.folder);
    const store = new MemoryStore({ clock });
    const create = store.create.bind(store);
    store.create = (key, body) =>
      key.startsWith("audit/")
        ? Promise.reject(new StoreError("denied", key, { isRefusal: true }))
        : create(key, body);
    const ended = await world.run(["keys", "create", "--stage", "prod"], bucket(store));
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ owner: "operator" });
    expect(ended.err).toContain("not recorded in the audit");
    expect(ended.err).toContain("s3:PutObject on audit/*");
  });

  test("a key that the stage does not have ends with 5", async () => {
    deployed(world.folder);
    const ended = await world.run(
      ["keys", "revoke", keyId, "--stage", "prod"],
      bucket(new MemoryStore({ clock })),
    );
    expect(ended.exitCode).toBe(5);
  });

  test("a bucket that refuses access is reported with what to check", async () => {
    deployed(world.folder);
    const store = new MemoryStore({ clock });
    const refuse = (key: string) =>
      Promise.reject(new StoreError("no credentials", key, { isRefusal: true }));
    store.create = refuse;
    store.get = refuse;
    const ended = await world.run(["keys", "create", "--stage", "prod"], bucket(store));
    expect(ended.exitCode).toBe(4);
    expect(ended.err).toContain("the bucket my-music of stage prod did not answer");
    expect(ended.err).toContain("AWS_PROFILE");
  });

  test("for a stage without a configuration the error says where it belongs", async () => {
    const ended = await world.run(["keys", "create", "--stage", "prod"], nobody);
    expect(ended).toMatchObject({ exitCode: 4, out: "" });
    expect(ended.err).toContain("config/prod.json");
  });
});
