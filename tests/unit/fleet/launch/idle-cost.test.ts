/** What a stage costs in a month in which nobody asks for anything: counted requests at list prices. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { idleMonthUsd } from "../../../../account/deploy/summary.ts";
import { countedWorld, minuteOf } from "../counted-world.ts";

const minutesAMonth = 43_800;
/** The launcher and the reaper, each minute. */
const invocations = 2 * minutesAMonth;

/** Not counted but estimated: nothing has run on AWS yet. */
const estimates = {
  /** Of an idle tick, at 0.5 GB. */
  gbSeconds: 0.5 * 0.4,
  /** Lambda's own three lines and one of ours. */
  logBytes: 1_200,
  /** Lambda keeps five long polls of 20 s at each of two queues: of events, and of webhooks. */
  pollsAMinute: 30,
};
const template = readFileSync("serverless/resources/cloud-only.yml", "utf8");
/** An alarm costs its price for each metric that it reads. */
const alarms =
  (template.match(/AWS::CloudWatch::Alarm/g) ?? []).length -
  (template.match(/Expression:/g) ?? []).length +
  (template.match(/MetricStat:/g) ?? []).length;

/** USD in us-east-1, November 2026; `free` is what every account has for ever each month. */
interface Item {
  readonly what: string;
  readonly amount: number;
  readonly unitUsd: number;
  readonly free: number;
}

async function idleMonth(): Promise<readonly Item[]> {
  const counted = countedWorld();
  await minuteOf(counted);
  await counted.world.clock.advance(60_000);
  const { reads, lists, writes, queueRequests } = await minuteOf(counted);
  const queue = (queueRequests + estimates.pollsAMinute) * minutesAMonth;
  return [
    { what: "S3 GET", amount: reads * minutesAMonth, unitUsd: 0.4e-6, free: 0 },
    { what: "S3 PUT and LIST", amount: (lists + writes) * minutesAMonth, unitUsd: 5e-6, free: 0 },
    { what: "SQS requests", amount: queue, unitUsd: 0.4e-6, free: 1_000_000 },
    { what: "Lambda requests", amount: invocations, unitUsd: 0.2e-6, free: 1_000_000 },
    {
      what: "Lambda GB-seconds",
      amount: invocations * estimates.gbSeconds,
      unitUsd: 13.3334e-6,
      free: 400_000,
    },
    {
      what: "log bytes",
      amount: invocations * estimates.logBytes,
      unitUsd: 0.5e-9,
      free: 5e9,
    },
    { what: "alarm metrics", amount: alarms, unitUsd: 0.1, free: 10 },
    // Of metrics none: an idle stage publishes none (measured.test.ts).
    { what: "dashboards", amount: 1, unitUsd: 3, free: 3 },
  ];
}
const listUsd = ({ amount, unitUsd }: Item): number => amount * unitUsd;
const billedUsd = ({ amount, unitUsd, free }: Item): number => Math.max(0, amount - free) * unitUsd;
const total = (items: readonly Item[], usdOf: (item: Item) => number): string =>
  items.reduce((sum, item) => sum + usdOf(item), 0).toFixed(2);

test("an idle month costs 0.97 USD with what every account has for free, and 5.68 USD at list prices", async () => {
  const month = await idleMonth();
  console.table(
    month.map((item) => ({
      what: item.what,
      amount: Math.round(item.amount),
      "list USD": listUsd(item).toFixed(3),
      "free tier used, USD": billedUsd(item).toFixed(3),
    })),
  );
  expect(total(month, billedUsd)).toBe("0.97");
  expect(total(month, listUsd)).toBe("5.68");
  // What a deploy says before it asks.
  expect(idleMonthUsd).toEqual({ billed: "0.97", listed: "5.68" });
});
