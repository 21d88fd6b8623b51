/** How much of the dashboard a browser loads, compressed. */
import type { BuiltDashboard } from "./dashboard.ts";

export interface FileSize {
  readonly name: string;
  readonly gzip_bytes: number;
  /** It is loaded before anything is shown. */
  readonly is_first: boolean;
}

export const sizesOf = ({ files, first }: BuiltDashboard): readonly FileSize[] =>
  Object.entries(files).map(([name, { gzip }]) => ({
    name,
    gzip_bytes: Buffer.byteLength(gzip, "base64"),
    is_first: first.includes(name),
  }));

export const firstLoadBytes = (sizes: readonly FileSize[]): number =>
  sizes.reduce((sum, { gzip_bytes, is_first }) => sum + (is_first ? gzip_bytes : 0), 0);
