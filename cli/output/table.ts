/** Columns side by side, within the width of the terminal. */

const gap = "  ";
const shortest = 8;

/** @param columns of the terminal: what is too wide is taken from the last column. @returns the header first */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, at) => Math.max(...all.map((row) => (row[at] ?? "").length)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0);
  const last = Math.max(shortest, columns - before);
  return all.map((row) =>
    row
      .map((cell, at) => (at === header.length - 1 ? cut(cell, last) : cell.padEnd(widths[at] ?? 0)))
      .join(gap)
      .trimEnd(),
  );
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
