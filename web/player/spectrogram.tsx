/** The pitches of a clip over time. A click jumps there. */
import { useEffect, useRef } from "preact/hooks";
import { heightOf, lowestHz } from "./pitch.ts";
import type { Clip } from "./read-clip.ts";

interface SpectrogramProps {
  readonly clip: Clip;
  readonly onSeek: (seconds: number) => void;
}

const marks = [
  [100, "100 Hz"],
  [1000, "1 kHz"],
  [10_000, "10 kHz"],
] as const;

export function Spectrogram({ clip, onSeek }: SpectrogramProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rate, seconds } = clip;
  useEffect(() => {
    let isOver = false;
    void import("./draw-spectrogram.ts").then(({ drawSpectrogram }) => {
      if (!isOver && canvas.current !== null) drawSpectrogram(canvas.current, clip);
    });
    return () => {
      isOver = true;
    };
  }, [clip]);
  return (
    <figure class="spectrogram">
      <div>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Spectrogram: ${lowestHz} Hz to ${rate / 2000} kHz over ${seconds.toFixed(1)} s`}
          onClick={({ offsetX, currentTarget }) => {
            onSeek((offsetX / currentTarget.clientWidth) * seconds);
          }}
        />
        {marks.map(([hz, text]) => (
          <span key={hz} aria-hidden="true" style={{ bottom: `${heightOf(hz, rate) * 100}%` }}>
            {text}
          </span>
        ))}
      </div>
      <figcaption class="faint small">Pitch over time: the brighter, the louder.</figcaption>
    </figure>
  );
}
