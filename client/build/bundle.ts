/**
 * Makes what the package ships, in dist/: `mgb` as one file that needs nothing beside Node 20, and the typed client
 * with its types. `npm pack` runs it.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import ts from "typescript";

const root = join(import.meta.dirname, "..", "..");
const dist = join(root, "dist");

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "warning",
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await build({
  ...shared,
  entryPoints: ["cli/mgb.ts"],
  outfile: join(dist, "mgb.mjs"),
  minify: true,
  // Errors name the functions that they passed through.
  keepNames: true,
  // Prefers a package's ES modules, so that unused parts of the SDK stay out.
  mainFields: ["module", "main"],
  inject: [join(import.meta.dirname, "node-20-missing.mjs")],
  // CommonJS dependencies call require(), which an ES module does not have.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
chmodSync(join(dist, "mgb.mjs"), 0o755);
await build({
  ...shared,
  entryPoints: ["client/client.ts"],
  outfile: join(dist, "client.mjs"),
  external: ["openapi-fetch"],
});
for (const name of ["client", "create-client", "until-ended", "api-problem", "api-types"]) writeTypes(name);

/** A file of types imports its neighbours by the names that they have in dist/. */
function writeTypes(name: string): void {
  const source = readFileSync(join(root, "client", `${name}.ts`), "utf8");
  const { outputText } = ts.transpileDeclaration(source, { fileName: `${name}.ts` });
  writeFileSync(join(dist, `${name}.d.mts`), outputText.replace(/(from "\.\/[\w-]+)\.ts"/g, '$1.mjs"'));
}
