/** The loudest sample of each part of a clip, 0 to 1. */
export function peaksOf(samples: Float32Array, parts: number): readonly number[] {
  const count = Math.max(1, Math.min(parts, samples.length));
  return Array.from({ length: count }, (_, part) => {
    const from = Math.floor((part * samples.length) / count);
    const to = Math.floor(((part + 1) * samples.length) / count);
    let peak = 0;
    for (let at = from; at < to; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return Math.min(1, peak);
  });
}
