import { expect, test } from "vitest";
import type { AuditRecord } from "../../../../../shared/contract/records/audit-records.ts";
import { auditIdSchema, keyIdOf } from "../../../../../shared/contract/ids.ts";
import { collector, type MgbWorld, page, useMgbWorld } from "../../mgb-world.ts";

let world: MgbWorld;
useMgbWorld((made) => {
  world = made;
});

const batch = "batch_00000000000000000000000001";
const record = (change: Partial<AuditRecord> = {}): AuditRecord => ({
  v: 1,
  id: auditIdSchema.parse("8232000000000-00000000000000000000000001"),
  at: "2026-01-01T00:00:00.000Z",
  action: "batch.budget",
  by: { kind: "key", key_id: keyIdOf("0123456789abcdef"), owner: "ada" },
  request_id: "request-1",
  subject: batch,
  outcome: "done",
  code: null,
  details: { max_cost_usd: "2.50" },
  ...change,
});
const arn = "arn:aws:iam::123456789012:user/ada";

test("a table tells when, who, what, and what came of it", async () => {
  const out = collector(true);
  world.script = {
    "GET /v1/audit": page(
      record(),
      record({ action: "batch.delete", outcome: "refused", code: "conflict", details: {} }),
      record({
        action: "key.create",
        by: { kind: "aws_credentials", arn },
        subject: null,
        details: { scopes: ["read"] },
      }),
    ),
  };
  await world.run(["audit"], { out: Object.assign(out.stream, { columns: 160 }) });
  expect(out.text().split("\n")).toEqual([
    "AT                   BY                                  ACTION        OUTCOME            WHAT",
    `2026-01-01 00:00:00  ada key_0123456789abcdef            batch.budget  done               ${batch}  max_cost_usd 2.50`,
    `2026-01-01 00:00:00  ada key_0123456789abcdef            batch.delete  refused: conflict  ${batch}`,
    `2026-01-01 00:00:00  ${arn}  key.create    done               scopes read`,
    "",
  ]);
});

test("what is asked for goes into the query, and a short page is followed by the next", async () => {
  const next = record().id;
  world.script = {
    "GET /v1/audit": [{ body: { data: [], next_cursor: next, has_more: true } }, page(record())],
  };
  const args = ["audit", "--since", "1h", "--action", "batch.budget", "--owner", "ada", "--limit", "120"];
  const { out } = await world.run(args);
  expect(JSON.parse(out)).toEqual({ data: [record()] });
  const query = "action=batch.budget&owner=ada";
  const since = encodeURIComponent("2025-12-31T23:01:00.000Z");
  expect(world.asked.map(({ path }) => path)).toEqual([
    `/v1/audit?since=${since}&${query}&limit=100`,
    `/v1/audit?since=${since}&${query}&cursor=${next}&limit=100`,
  ]);
});

test("an action that is none is refused with the list of them", async () => {
  const { exitCode, err } = await world.run(["audit", "--action", "explode"]);
  expect([exitCode, world.asked]).toEqual([2, []]);
  expect(err).toContain("Allowed choices are launch, stop, start, batch.cancel");
});
