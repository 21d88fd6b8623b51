/** What a page asks for while nothing happens: once it has become calm, a minute's requests and bytes. */
import { setTimeout as sleep } from "node:timers/promises";
import { rounded } from "../numbers.ts";
import type { Stage } from "./stage.ts";

export interface IdleUse {
  readonly page: string;
  readonly tab: "visible" | "hidden";
  readonly requests_per_minute: number;
  /** What comes in, headers included. */
  readonly kilobytes_per_minute: number;
}

/** By then the longest pause is reached. */
const calmMs = 100_000;
const countedMs = 120_000;

const hide = `Object.defineProperty(document, "visibilityState", { get: () => "hidden" })`;

export function idleUses(stage: Stage): Promise<readonly IdleUse[]> {
  const pages = ["/", "/batches", `/batch/${stage.batch.id}`, "/fleet"];
  const tabs = ["visible", "hidden"] as const;
  return Promise.all(pages.flatMap((page) => tabs.map((tab) => idleUse(stage, page, tab))));
}

async function idleUse(stage: Stage, at: string, tab: IdleUse["tab"]): Promise<IdleUse> {
  const { page, context } = await stage.open(at, async ({ context: own }) => {
    if (tab === "hidden") await own.addInitScript(hide);
  });
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await sleep(calmMs);
  let [requests, bytes] = [0, 0];
  // Not when it is finished: an answer that nothing has changed counts as broken off, for nobody reads its body.
  session.on("Network.responseReceived", ({ response }) => {
    requests += 1;
    bytes += response.encodedDataLength;
  });
  session.on("Network.dataReceived", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await sleep(countedMs);
  await context.close();
  const perMinute = 60_000 / countedMs;
  return {
    page: at.replace(/batch_.*/, "{id}"),
    tab,
    requests_per_minute: rounded(requests * perMinute),
    kilobytes_per_minute: rounded((bytes * perMinute) / 1000),
  };
}
