/** Makes the dashboard: one page, and the scripts and styles that it loads, each named by the hash of its content. */
import { readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type OutputFile } from "esbuild";
import type { Dashboard, DashboardFile } from "../../functions/http/page/dashboard.ts";

const root = join(import.meta.dirname, "..", "..");
const assets = "/assets";

export interface BuiltDashboard extends Dashboard {
  /** By name: those that the page loads before it shows anything. */
  readonly first: readonly string[];
}

let built: Promise<BuiltDashboard> | null = null;

/** As it is in web/ now; later calls of the same process get the same. */
export const buildDashboard = (): Promise<BuiltDashboard> => (built ??= make());

async function make(): Promise<BuiltDashboard> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { app: "web/main.tsx", style: "web/styles/all.css" },
    outdir: assets,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    // The same parser of tables, with what a browser lacks.
    alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" },
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    tsconfig: "web/tsconfig.json",
    logLevel: "warning",
  });
  const files = outputFiles.map((file) => [basename(file.path), served(file)] as const);
  const named = (pattern: RegExp): string => files.find(([name]) => pattern.test(name))?.[0] ?? "";
  const [app, style] = [named(/^app-.*\.js$/), named(/^style-.*\.css$/)];
  return {
    page: readFileSync(join(root, "web", "index.html"), "utf8")
      .replace("$APP", `${assets}/${app}`)
      .replace("$STYLE", `${assets}/${style}`),
    files: Object.fromEntries(files),
    first: [style, ...loadedWith(app, metafile)],
  };
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

function served({ path, contents }: OutputFile): DashboardFile {
  const type = types[extname(path)];
  if (type === undefined) throw new Error(`expected a script or a style, got ${path}`);
  return { type, gzip: gzipSync(contents, { level: 9 }).toString("base64") };
}

/** A script, and all that it imports at once. */
function loadedWith(name: string, { outputs }: Metafile): string[] {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement") add(next);
  };
  const first = Object.keys(outputs).find((path) => basename(path) === name);
  if (first !== undefined) add(first);
  return [...found].map((path) => basename(path));
}
