/** The workloads of the bench. All arrivals are drawn from the seed. */
import { SeededRandom } from "../../simulation/memory/seeded-random.ts";
import { models } from "../../simulation/scenario.ts";

export interface Request {
  readonly atS: number;
  readonly count: number;
  readonly seconds: number;
  readonly isFast?: true;
}
export interface Workload {
  readonly name: string;
  readonly model: "small" | "medium" | "large";
  readonly isBigBatch: boolean;
  readonly requests: readonly Request[];
}
export const largeModel = "facebook/musicgen-large";
export const modelId = (model: Workload["model"]): string => (model === "large" ? largeModel : models[model]);

const hourS = 3600;
const dayS = 24 * hourS;

/** A Poisson stream of single clips. */
function trickle(random: SeededRandom, perHour: number, hours: number): Request[] {
  const requests: Request[] = [];
  for (let atS = 0; ;) {
    atS += (-hourS / perHour) * Math.log(1 - random.next());
    if (atS >= hours * hourS) return requests;
    requests.push({ atS, count: 1, seconds: 10 + 20 * random.next() });
  }
}

function bursts(random: SeededRandom): Request[] {
  const byDay = trickle(random, 12, 24).filter(
    ({ atS }) => random.next() < Math.max(0.05, Math.sin((Math.PI * atS) / dayS) ** 2),
  );
  const big = Array.from({ length: 5 }, () => ({
    atS: (8 + 10 * random.next()) * hourS,
    count: 100 + Math.floor(200 * random.next()),
    seconds: 30,
  }));
  return [...byDay, ...big];
}

const tiny = (random: SeededRandom): Request[] =>
  trickle(random, 1.5, 24).map((one) => ({ ...one, count: 3 + Math.floor(23 * random.next()) }));

const nights = (random: SeededRandom): Request[] =>
  Array.from({ length: 4 }, (_, night) => ({
    atS: (3 + night * 12 + random.next()) * hourS,
    count: 1,
    seconds: 30,
  }));

const peopleAndBulk = (random: SeededRandom): Request[] => [
  { atS: 0, count: 4500, seconds: 30 },
  ...trickle(random, 12, 2).map((one): Request => ({ ...one, isFast: true })),
];

/** @param seed of the arrivals */
export function workloads(seed: number): readonly Workload[] {
  const random = (part: number): SeededRandom => new SeededRandom(seed * 100 + part);
  const batch = (count: number): Request[] => [{ atS: 0, count, seconds: 30 }];
  return [
    { name: "batch_1000", model: "small", isBigBatch: true, requests: batch(1000) },
    { name: "batch_1000_medium", model: "medium", isBigBatch: true, requests: batch(1000) },
    { name: "batch_150_large", model: "large", isBigBatch: true, requests: batch(150) },
    { name: "trickle_6_an_hour", model: "small", isBigBatch: false, requests: trickle(random(1), 6, 24) },
    { name: "trickle_30_an_hour", model: "small", isBigBatch: false, requests: trickle(random(2), 30, 24) },
    { name: "day_with_bursts", model: "small", isBigBatch: false, requests: bursts(random(3)) },
    { name: "tiny_batches", model: "small", isBigBatch: false, requests: tiny(random(4)) },
    { name: "night_singles", model: "small", isBigBatch: false, requests: nights(random(5)) },
    { name: "people_and_bulk", model: "small", isBigBatch: false, requests: peopleAndBulk(random(6)) },
  ];
}
