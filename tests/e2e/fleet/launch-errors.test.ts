import { afterAll, expect, test } from "vitest";
import { pageSchema } from "../../../shared/contract/api/api.ts";
import { type DecisionRecord, decisionRecordSchema } from "../../../shared/contract/records/fleet-records.ts";
import { api, clips, cloud, control, ended, noMachines, nowMs, submit, tick, waitUntil } from "../world.ts";

interface State {
  readonly faults: readonly unknown[];
  readonly instances: readonly { readonly launched_at: string }[];
}
const state = async (): Promise<State> => (await control("/state")) as State;

const decisions = async (): Promise<readonly DecisionRecord[]> =>
  pageSchema(decisionRecordSchema).parse((await api("GET", "/v1/decisions?limit=100")).json).data;

afterAll(async () => {
  await noMachines();
});

/** Code, and how often EC2 answers it: what the SDK asks again by itself, it must get twice. */
const answers: readonly [code: string, times: number][] = [
  // For want of capacity: nothing is wrong, and the next tick asks anew.
  ["UnfulfillableCapacity", 1],
  // Until a person acts: nothing is asked any more before POST /v1/start.
  ["MaxSpotInstanceCountExceeded", 1],
  ["UnauthorizedOperation", 1],
  // To be asked again with the same token: nobody knows this code, a throttle, and an answer that got lost.
  ["BrandNewCode", 1],
  ["RequestLimitExceeded", 2],
  ["LostReply", 2],
];

test("whatever CreateFleet answers, the batch says why it waits, and in the end one machine makes it", async () => {
  const before = new Date(nowMs()).toISOString();
  // Not told apart by this test's time: decisions go by the store's, which is exact to a second.
  const earlier = new Set((await decisions()).map(({ at }) => at));
  for (const [code, times] of answers) await control("/fault", { action: "CreateFleet", code, times });
  const { id } = await submit(clips(2, 1));
  await waitUntil("every answer to be given", async () => {
    await tick("launch");
    expect((await api("POST", "/v1/start", { key: cloud.keys.operate })).status).toBe(200);
    return (await state()).faults.length === 0;
  });
  await tick("launch");
  expect((await ended(id)).outcome).toBe("succeeded");

  const launched = (await state()).instances.filter(({ launched_at }) => launched_at >= before);
  expect(launched).toHaveLength(1);
  const told = (await decisions())
    .filter(({ at }) => !earlier.has(at))
    .flatMap(({ models }) => models.flatMap(({ reasons }) => reasons));
  const detailsOf = (reason: string): string[] =>
    told.filter((one) => one.reason === reason).map(({ detail }) => detail);
  expect(detailsOf("cooling").join()).toContain("UnfulfillableCapacity");
  expect(detailsOf("quota").join()).toContain("MaxSpotInstanceCountExceeded");
  expect(detailsOf("breaker").join()).toContain("UnauthorizedOperation");
  expect(detailsOf("booting").join()).toContain("EC2's answer is not known yet");
});
