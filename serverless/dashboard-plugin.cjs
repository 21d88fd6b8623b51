/** An esbuild plugin: the bundle of the function `web` holds the dashboard, made of web/ when it is bundled. */
const { buildDashboard } = require("../web/build/dashboard.ts");

/** @type {import("esbuild").Plugin} */
const dashboard = {
  name: "dashboard",
  setup(build) {
    build.onResolve({ filter: /^musicgen-batch\/dashboard$/ }, ({ path }) => ({
      path,
      namespace: "dashboard",
    }));
    build.onLoad({ filter: /.*/, namespace: "dashboard" }, async () => {
      const { page, files } = await buildDashboard();
      return { contents: JSON.stringify({ page, files }), loader: "json" };
    });
  },
};

module.exports = [dashboard];
