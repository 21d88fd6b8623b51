/** Where osls meets TypeScript: it loads `.cjs` alone, and Node 24 requires the rest as it is. */
const { stageFromOptions } = require("./stage.ts");

/** @param {{ options: import("./stage.ts").DeployOptions }} asked what the command line says */
module.exports = ({ options }) => stageFromOptions(options);
