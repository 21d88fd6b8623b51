/** A cell for each item, coloured by its state. One canvas: a batch may have 50,000. */
import { useEffect, useRef, useState } from "preact/hooks";
import { itemStates } from "../../parts/item-states.ts";
import { countText } from "../../parts/numbers.ts";
import { drawGrid } from "./draw-grid.ts";
import { gridOf, itemAt } from "./grid-geometry.ts";
import { stateOf } from "./states.ts";

interface StateGridProps {
  readonly letters: string;
  readonly onChoose: (index: number) => void;
}

const usualHeight = 260;

export function StateGrid({ letters, onChoose }: StateGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);
  const scheme = useScheme();
  const [cursor, setCursor] = useState<number | null>(null);
  const grid = gridOf(letters.length, width, usualHeight);
  useEffect(() => {
    if (canvas.current !== null && width > 0) drawGrid(canvas.current, letters, grid, width);
  }, [letters, width, scheme]);
  const at = (event: MouseEvent): number | null => itemAt(grid, letters.length, event.offsetX, event.offsetY);
  const move = (event: KeyboardEvent): void => {
    const next = moved(event.key, cursor ?? 0, grid.columns, letters.length);
    if (event.key === "Enter" && cursor !== null) onChoose(cursor);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  return (
    <div class="state-grid">
      <div
        ref={frame}
        class="cells"
        role="application"
        tabIndex={0}
        aria-label={`Items by state; arrows move, Enter opens. ${cursor === null ? "" : described(letters, cursor)}`}
        onKeyDown={move}
      >
        <canvas
          ref={canvas}
          aria-hidden="true"
          onMouseMove={(event) => {
            setCursor(at(event));
          }}
          onClick={(event) => {
            const index = at(event);
            if (index !== null) onChoose(index);
          }}
        />
        {cursor !== null && (
          <span
            class="cell-cursor"
            style={{
              left: `${(cursor % grid.columns) * grid.pitch - 1}px`,
              top: `${Math.floor(cursor / grid.columns) * grid.pitch - 1}px`,
              width: `${grid.cell + 2}px`,
              height: `${grid.cell + 2}px`,
            }}
          />
        )}
      </div>
      <p class="legend">
        {itemStates.map((state) => (
          <span key={state} class={`badge of-${state}`}>
            {state}
          </span>
        ))}
        <span class="faint" aria-live="polite">
          {cursor === null ? "" : described(letters, cursor)}
        </span>
      </p>
    </div>
  );
}

const described = (letters: string, index: number): string =>
  `Item ${countText(index)}: ${stateOf(letters, index)}`;

function moved(key: string, from: number, columns: number, items: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const step = steps[key];
  return step === undefined ? null : Math.min(items - 1, Math.max(0, from + step));
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setWidth(Math.floor(element.clientWidth));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return width;
}

/** The colours are read when it is drawn, so it is drawn again when the system's choice changes. */
function useScheme(): boolean {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const onChange = (): void => {
      setDark(query.matches);
    };
    query.addEventListener("change", onChange);
    return () => {
      query.removeEventListener("change", onChange);
    };
  }, []);
  return isDark;
}
