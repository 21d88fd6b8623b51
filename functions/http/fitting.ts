/**
 * The first rows that fit into a number of bytes. It takes at least one, so that every list comes to its end.
 * @param textOf the row as it stands in the answer
 */
export function fitting<T>(rows: readonly T[], textOf: (row: T) => string, mostBytes: number): readonly T[] {
  let bytes = 0;
  const full = rows.findIndex((row) => {
    bytes += Buffer.byteLength(textOf(row));
    return bytes > mostBytes;
  });
  return full === -1 ? rows : rows.slice(0, Math.max(1, full));
}
