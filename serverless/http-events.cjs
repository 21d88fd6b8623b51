/** Where osls meets TypeScript: it loads `.cjs` alone, and Node 24 requires the rest as it is. */
const { httpEvents } = require("./http-events.ts");

module.exports = httpEvents;
