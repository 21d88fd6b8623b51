/** A clip's sound, decoded. */
export interface Clip {
  /** Of all channels together, -1 to 1. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** That of every MusicGen. A clip of another rate is resampled, which changes nothing that a picture shows. */
const rate = 32_000;

/** @returns null where it cannot be read: the clip may still be played */
export async function readClip(url: string, signal: AbortSignal): Promise<Clip | null> {
  try {
    const answer = await fetch(url, { signal });
    if (!answer.ok) return null;
    const decoder = new OfflineAudioContext(1, 1, rate);
    const decoded = await decoder.decodeAudioData(await answer.arrayBuffer());
    return { samples: mixed(decoded), rate, seconds: decoded.duration };
  } catch {
    return null;
  }
}

function mixed(decoded: AudioBuffer): Float32Array {
  const [first = new Float32Array(), ...others] = Array.from(
    { length: decoded.numberOfChannels },
    (_, channel) => decoded.getChannelData(channel),
  );
  const share = 1 / (1 + others.length);
  return others.length === 0
    ? first
    : first.map((sample, at) => others.reduce((sum, other) => sum + (other[at] ?? 0), sample) * share);
}
