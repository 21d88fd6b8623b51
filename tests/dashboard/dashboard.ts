/** The dashboard in a browser, over the API in memory. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Scope } from "../../shared/contract/records/batch-records.ts";
import { startMemoryApi, type MemoryApi } from "../memory-api/memory-api.ts";
import type { World } from "../unit/fleet/world.ts";
import { openView, startBrowser, type Look, type View } from "./browser.ts";

export interface Opening extends Look {
  readonly scopes?: readonly Scope[];
  readonly owner?: string;
  /** What follows the key in the fragment's place: the page, such as `/batches`. */
  readonly at?: string;
}
export interface DashboardUnderTest {
  readonly api: MemoryApi;
  /** A new tab with a new key, at that page. */
  open(opening?: Opening): Promise<View>;
  /** A new tab that has no key and no address yet. */
  openBlank(): Promise<View>;
}

const allScopes: readonly Scope[] = ["read", "submit", "operate"];

/** One stage and one browser for all tests of a file. No page of them may have complained after a test. */
export function useDashboard(world?: World): DashboardUnderTest {
  let started: { readonly api: MemoryApi; readonly browser: Browser } | null = null;
  const views: View[] = [];
  const running = (): { readonly api: MemoryApi; readonly browser: Browser } => {
    if (started === null) throw new Error("expected a test or a hook of it: the dashboard is not up yet");
    return started;
  };
  beforeAll(async () => {
    const [api, browser] = await Promise.all([startMemoryApi(undefined, world), startBrowser()]);
    started = { api, browser };
  });
  afterEach(() => {
    expect(views.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(async () => {
    await started?.browser.close();
    await started?.api.stop();
  });
  const watched = async (look: Look = {}): Promise<View> => {
    const view = await openView(running().browser, look);
    views.push(view);
    return view;
  };
  return {
    get api() {
      return running().api;
    },
    openBlank: () => watched(),
    open: async (opening = {}) => {
      const { scopes = allScopes, owner = "ada", at = "/", ...look } = opening;
      const view = await watched(look);
      const { api } = running();
      await view.page.goto(`${api.url}/#key=${await api.key(owner, scopes)}`);
      await view.page.getByRole("navigation").waitFor();
      if (at !== "/") await goTo(view, at);
      return view;
    },
  };
}

export async function goTo({ page }: View, at: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${at}`)}`);
}
