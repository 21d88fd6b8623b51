/** Messages of batches that have ended stay in their queue until a worker takes them out. */
import { describe, expect, test } from "vitest";
import { cancelBatch } from "../../../../shared/batch/orders/cancel.ts";
import { reconcile } from "../../../../shared/batch/reconcile/reconcile.ts";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { expanded, linesOf, submittedUpload } from "../expand/upload-world.ts";
import { jobsIn, prompts, settings, submitted, world, type World } from "../world.ts";

/** Canceled before a machine came: every item has ended, and every message is still there. */
async function cancel(at: World, batch: BatchRecord): Promise<void> {
  await cancelBatch(batch, "drain", at);
  const observed = { queueDepths: new Map(), liveInstances: new Set<string>(), nowMs: at.clock.nowMs() };
  await reconcile(at, observed, Infinity);
}
const tryToSubmit = async (at: World, model: string) => {
  const body = { ...prompts(2), model };
  return (await submitBatch({ body, owner: "ada", idempotency: null }, at, settings)).kind;
};
/** The stage's queues hold 2,000 items. */
const full = { items: Array.from({ length: 250 }, () => ({ prompt: "p", variations: 8 })) };

describe("a stage whose queues are full", () => {
  test("takes no more while the batch that fills them is open", async () => {
    const at = world();
    await submitted(at, full);
    expect(await tryToSubmit(at, "small")).toBe("queue_full");
    expect(await tryToSubmit(at, "large")).toBe("queue_full");
  });

  test.each(["small", "large"])(
    "takes a batch for the model %s once the batch that filled them is canceled, though its messages are there",
    async (model) => {
      const at = world();
      await cancel(at, await submitted(at, full));
      expect(jobsIn(at)).toHaveLength(2000);
      expect(await tryToSubmit(at, model)).toBe("accepted");
    },
  );

  test("sends the items of an upload although messages of a canceled batch for another model are there", async () => {
    const at = world();
    await cancel(at, await submitted(at, full));
    const batch = await submittedUpload(at, linesOf(3), { model: "large" });
    expect(await expanded(at, batch.id, Infinity, { queued_items: 2000 })).toBe("queued");
    expect(jobsIn(at, "large")).toHaveLength(3);
  });

  test("counts what is there for a model that has an open batch", async () => {
    const at = world();
    await cancel(at, await submitted(at, full));
    await submitted(at, { ...prompts(1) });
    expect(await tryToSubmit(at, "large")).toBe("queue_full");
  });
});
