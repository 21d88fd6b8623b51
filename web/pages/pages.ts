/** The pages: each is loaded when it is first shown. */
import type { PageEntry } from "./page.ts";

export const pages: readonly PageEntry[] = [
  {
    path: "",
    title: "Now",
    isListed: true,
    scope: "read",
    load: async () => (await import("./now/now.tsx")).Now,
  },
  {
    path: "new",
    title: "New batch",
    isListed: true,
    scope: "submit",
    load: async () => (await import("./new-batch/new-batch.tsx")).NewBatch,
  },
  {
    path: "batches",
    title: "Batches",
    isListed: true,
    scope: "read",
    load: async () => (await import("./batches/batches.tsx")).Batches,
  },
  {
    path: "batch",
    title: "Batch",
    isListed: false,
    scope: "read",
    load: async () => (await import("./batch/batch.tsx")).Batch,
  },
  {
    path: "item",
    title: "Item",
    isListed: false,
    scope: "read",
    load: async () => (await import("./item/item.tsx")).Item,
  },
  {
    path: "fleet",
    title: "Fleet",
    isListed: true,
    scope: "read",
    load: async () => (await import("./fleet/fleet.tsx")).Fleet,
  },
  {
    path: "cost",
    title: "Cost",
    isListed: true,
    scope: "read",
    load: async () => (await import("./cost/cost.tsx")).Cost,
  },
  {
    path: "settings",
    title: "Settings",
    isListed: true,
    scope: "read",
    load: async () => (await import("./settings/settings.tsx")).Settings,
  },
];
