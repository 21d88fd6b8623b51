/**
 * osls's plugin for esbuild, but all functions are bundled in one run, which reads what they share once. The plugin
 * alone reads it for each of them. The bundles are the same.
 */
const { build } = require("esbuild");
const EsbuildPlugin = require("serverless-esbuild");

module.exports = class BundleAtOnce extends EsbuildPlugin {
  /** @param {ConstructorParameters<typeof EsbuildPlugin>} given */
  constructor(...given) {
    super(...given);
    this.bundle = () => this.bundleAtOnce();
  }

  async bundleAtOnce() {
    this.prepare();
    const { bundle, minify, format, platform, target, mainFields, banner, outputFileExtension } =
      /** @type {NonNullable<typeof this.buildOptions>} */ (this.buildOptions);
    const functions = this.functionEntries.map((each) => ({
      ...each,
      name: each.entry.replace(/\.ts$/, ""),
    }));
    await build(
      /** @type {import("esbuild").BuildOptions} */ ({
        ...{ bundle, minify, format, platform, target, mainFields, banner },
        plugins: this.plugins,
        entryPoints: functions.map(({ entry, name }) => ({ in: entry, out: name })),
        outdir: this.buildDirPath,
        outExtension: { ".js": outputFileExtension },
      }),
    );
    this.buildResults = functions.map(({ func, functionAlias = "", name }) => ({
      ...{ func, functionAlias },
      bundlePath: `${name}${outputFileExtension}`,
    }));
  }
};
