/** Where the cell of an item is, and which item is at a place. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Pixels from one cell to the next. */
  readonly pitch: number;
  /** Pixels of a cell itself. */
  readonly cell: number;
}

const largest = 18;
const least = 5;

/** As large as the cells can be in that width and about that height; a very large batch is taller. */
export function gridOf(items: number, width: number, height: number): Grid {
  const fitting = Math.floor(Math.sqrt((width * height) / Math.max(1, items)));
  const pitch = Math.min(largest, Math.max(least, fitting));
  const columns = Math.max(1, Math.floor(width / pitch));
  return { columns, rows: Math.ceil(items / columns), pitch, cell: pitch - (pitch > 6 ? 2 : 1) };
}

/** @returns null where there is none */
export function itemAt(grid: Grid, items: number, x: number, y: number): number | null {
  const column = Math.floor(x / grid.pitch);
  if (x < 0 || y < 0 || column >= grid.columns) return null;
  const index = Math.floor(y / grid.pitch) * grid.columns + column;
  return index < items ? index : null;
}
