/** Plays a clip, and shows its waveform and, where it is asked for, its spectrogram. */
import { useEffect, useRef, useState } from "preact/hooks";
import { problemOf } from "../data/use-action.ts";
import { useSession } from "../session/session.ts";
import { clipAddress } from "./clip.ts";
import { readClip, type Clip } from "./read-clip.ts";
import { Spectrogram } from "./spectrogram.tsx";

interface PlayerProps {
  readonly itemId: string;
  /** For a screen reader. */
  readonly title: string;
  /** Whether it begins at once. */
  readonly plays: boolean;
  readonly hasSpectrogram?: boolean;
  readonly onEnded?: () => void;
}

/** So often in a row an address is renewed; after that the clip itself cannot be played. */
const mostRenewals = 2;

export function Player({ itemId, title, plays, hasSpectrogram, onEnded }: PlayerProps) {
  const { api } = useSession();
  const audio = useRef<HTMLAudioElement>(null);
  const wave = useRef<HTMLCanvasElement>(null);
  const renewals = useRef(0);
  const wanted = useRef(itemId);
  wanted.current = itemId;
  const [trouble, setTrouble] = useState<string | null>(null);
  const [address, setAddress] = useState<Address | null>(null);
  /** @param fromSeconds where it goes on */
  const load = async (fromSeconds: number, isPlaying: boolean): Promise<void> => {
    try {
      const { url } = await clipAddress(api, itemId);
      const element = audio.current;
      // Answers may come in another order than they were asked for.
      if (element === null || wanted.current !== itemId) return;
      element.src = url;
      if (fromSeconds > 0) element.currentTime = fromSeconds;
      setAddress({ itemId, url });
      // A browser may want a click first.
      if (isPlaying) await element.play().catch(() => undefined);
    } catch (error) {
      setTrouble(problemOf(error).detail);
    }
  };
  useEffect(() => {
    renewals.current = 0;
    setTrouble(null);
    void load(0, plays);
  }, [itemId, api]);
  const clip = useClip(itemId, address);
  useWaveform(wave, audio, clip);
  const renew = (): void => {
    const element = audio.current;
    if (element === null || renewals.current >= mostRenewals) {
      setTrouble("This clip cannot be played here; download it.");
      return;
    }
    renewals.current += 1;
    void load(element.currentTime, !element.paused || plays);
  };
  return (
    <div class="player">
      <canvas ref={wave} class="waveform" aria-hidden="true" />
      <audio
        ref={audio}
        controls
        preload="auto"
        aria-label={title}
        onError={renew}
        onPlaying={() => {
          renewals.current = 0;
        }}
        onEnded={onEnded}
      />
      {hasSpectrogram === true && clip !== null && (
        <Spectrogram
          clip={clip}
          onSeek={(seconds) => {
            if (audio.current !== null) audio.current.currentTime = seconds;
          }}
        />
      )}
      {trouble !== null && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

interface Address {
  readonly itemId: string;
  readonly url: string;
}

/** Null until it is there, and where it cannot be read. When its address is renewed, it is not read again. */
function useClip(itemId: string, address: Address | null): Clip | null {
  const [read, setRead] = useState<{ readonly itemId: string; readonly clip: Clip | null } | null>(null);
  const url = address?.itemId === itemId ? address.url : null;
  const clip = read?.itemId === itemId ? read.clip : null;
  useEffect(() => {
    if (url === null || clip !== null) return undefined;
    const ended = new AbortController();
    void readClip(url, ended.signal).then((own) => {
      if (!ended.signal.aborted) setRead({ itemId, clip: own });
    });
    return () => {
      ended.abort();
    };
  }, [itemId, url]);
  return clip;
}

/** It is drawn once its code is there; the clip plays without it. */
function useWaveform(
  place: { readonly current: HTMLCanvasElement | null },
  audio: { readonly current: HTMLAudioElement | null },
  clip: Clip | null,
): void {
  useEffect(() => {
    if (clip === null) return undefined;
    let end: (() => void) | null = null;
    let isOver = false;
    void import("./waveform.ts").then(({ showWaveform }) => {
      if (isOver || place.current === null || audio.current === null) return;
      end = showWaveform(place.current, audio.current, clip);
    });
    return () => {
      isOver = true;
      end?.();
    };
  }, [clip]);
}
