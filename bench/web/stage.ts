/** The API in memory with the dashboard before it, a browser, and a batch of 50,000 items. */
import type { Browser } from "playwright-core";
import { IndexSet } from "../../shared/batch/progress/index-set.ts";
import { emptyProgress } from "../../shared/batch/progress/progress.ts";
import { readBatch } from "../../shared/batch/progress/batch-files.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import { batchKeys } from "../../shared/contract/records/keys.ts";
import { openView, startBrowser, type View } from "../../tests/dashboard/browser.ts";
import { submitBatch } from "../../tests/dashboard/scene.ts";
import { startMemoryApi, type MemoryApi } from "../../tests/memory-api/memory-api.ts";

export interface Stage {
  readonly api: MemoryApi;
  readonly browser: Browser;
  readonly batch: LargeBatch;
  /** A tab with an empty cache and a new key, at that page. @param prepare before it is opened */
  open(at: string, prepare?: (view: View) => Promise<void>): Promise<View>;
  stop(): Promise<void>;
}
export interface LargeBatch {
  readonly id: BatchId;
  readonly items: number;
  /** So many items have a clip, every tenth of all has failed, and the rest waits. */
  made(count: number): Promise<void>;
}

const owner = "ada";
const items = 50_000;

export async function startStage(): Promise<Stage> {
  const [api, browser] = await Promise.all([startMemoryApi(), startBrowser()]);
  return {
    api,
    browser,
    batch: await largeBatch(api),
    open: async (at, prepare = () => Promise.resolve()) => {
      const view = await openView(browser);
      await prepare(view);
      await view.page.goto(`${api.url}/#key=${await api.key(owner, ["read", "submit", "operate"])}`);
      await view.page.getByRole("heading", { level: 1 }).waitFor();
      if (at !== "/") await view.page.evaluate(`location.hash = ${JSON.stringify(`#${at}`)}`);
      return view;
    },
    stop: async () => {
      await browser.close();
      await api.stop();
    },
  };
}

/** Its items are in no chunk: a page asks for their states alone. */
async function largeBatch(api: MemoryApi): Promise<LargeBatch> {
  const { store, clock } = api.world;
  const id = await submitBatch({ api }, owner, { name: "Large", items: [{ prompt: "a" }] });
  const record = await readBatch(store, id);
  await store.put(batchKeys.batch(id), JSON.stringify({ ...record, total: items }));
  const made = async (count: number): Promise<void> => {
    const [succeeded, failed] = [IndexSet.empty(), IndexSet.empty()];
    for (let index = 0; index < items; index += 1)
      if (index % 10 === 0) failed.add(index);
      else if (index < count) succeeded.add(index);
    const progress = {
      ...emptyProgress(id, items),
      succeeded: succeeded.encode(),
      failed: failed.encode(),
      started_at: new Date(clock.nowMs()).toISOString(),
      sent_at: new Date(clock.nowMs()).toISOString(),
    };
    await store.put(batchKeys.progress(id), JSON.stringify(progress));
  };
  await made(items / 2);
  return { id, items, made };
}
