/**
 * What is known of machine types without asking AWS. Types that are not listed may be configured too; nothing is known
 * of their memory, and their size says how many vCPUs they have.
 * @see EC2 user guide, "Specifications for Amazon EC2 accelerated computing instances" (vCPUs, GPU memory)
 * @see Amazon EC2 On-Demand pricing, Linux in us-east-1 (November 2026)
 * @see NVIDIA's data sheets of T4, A10G's sibling A10, and L4 (memory bandwidth)
 */
export interface MachineFacts {
  readonly vcpus: number;
  readonly gpuMemoryGb: number;
  /** The vendor's figure for the whole GPU; null for a part of a GPU, whose share nobody states. */
  readonly gigabytesPerSecond: number | null;
  /** Null: not looked up. */
  readonly onDemandUsdPerHour: number | null;
}

const facts: Readonly<Record<string, MachineFacts>> = {
  "g4dn.xlarge": { vcpus: 4, gpuMemoryGb: 16, gigabytesPerSecond: 320, onDemandUsdPerHour: 0.526 },
  "g5.xlarge": { vcpus: 4, gpuMemoryGb: 24, gigabytesPerSecond: 600, onDemandUsdPerHour: 1.006 },
  "g6.xlarge": { vcpus: 4, gpuMemoryGb: 24, gigabytesPerSecond: 300, onDemandUsdPerHour: 0.8048 },
  // An eighth and a quarter of an L4.
  "g6f.xlarge": { vcpus: 4, gpuMemoryGb: 3, gigabytesPerSecond: null, onDemandUsdPerHour: null },
  "g6f.2xlarge": { vcpus: 8, gpuMemoryGb: 6, gigabytesPerSecond: null, onDemandUsdPerHour: null },
};

export const factsOf = (instanceType: string): MachineFacts | null => facts[instanceType] ?? null;

/** The vCPUs of an `xlarge`; a `2xlarge` has twice as many, and so on. */
const vcpusOfXlarge = 4;

/** What a machine counts against the account's quota. */
export function vcpusOf(instanceType: string): number {
  const [, times = "1"] = /\.(\d*)xlarge$/.exec(instanceType) ?? [];
  return factsOf(instanceType)?.vcpus ?? vcpusOfXlarge * (times === "" ? 1 : Number(times));
}

/** An estimate: a MusicGen decoder waits for its weights and its K/V cache, so its pace goes with memory bandwidth. */
export function paceRatio(instanceType: string, reference: string): number {
  const [own, other] = [factsOf(instanceType)?.gigabytesPerSecond, factsOf(reference)?.gigabytesPerSecond];
  return own == null || other == null ? 1 : own / other;
}

/**
 * Estimates of the GPU memory that a model needs at least, in GB: its weights in half precision, the text encoder in
 * single precision, 2 GB for codec and graphs, and the cache of a few clips.
 */
const memoryGb: readonly (readonly [name: RegExp, gb: number])[] = [
  [/musicgen-(stereo-)?small$/, 4],
  [/musicgen-(stereo-)?(medium|melody)$/, 7],
  [/musicgen-(stereo-)?(large|melody-large)$/, 11],
];

/** @returns null for a model of which nothing is known */
export const memoryNeededGb = (source: string): number | null =>
  memoryGb.find(([name]) => name.test(source))?.[1] ?? null;
