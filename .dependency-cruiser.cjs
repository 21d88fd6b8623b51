/** Import directions: see the layout in CONTRIBUTING.md. */

const domain = "audit|batch|billing|fleet|interlock";

/** Rooms of a folder, lowest first: each may import those before it, and none after it. */
const oneWay = (folder, rooms) =>
  rooms.slice(0, -1).map((room, place) => ({
    name: `${folder}/${room}-is-below`,
    severity: "error",
    from: { path: `^${folder}/${room}/` },
    to: {
      path: rooms.slice(place + 1).map((above) => `^${folder}/${above}/`),
      pathNot: rooms.slice(0, place + 1).map((below) => `^${folder}/${below}/`),
    },
  }));

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "shared-stands-alone",
      comment: "functions, worker, cli and local depend on shared, never the reverse",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^(client|functions|worker|cli|local|account|ami|web|tests|bench|simulation)/" },
    },
    {
      name: "client-stands-alone",
      comment: "what the package exports is small: it knows the API by its description alone",
      severity: "error",
      from: { path: "^client/[^/]+$" },
      to: { path: "^(shared|functions|worker|cli|local|account|ami|web|tests|bench|simulation)/" },
    },
    {
      name: "domain-is-pure",
      comment:
        "audit, batch, billing, fleet and interlock know ports, records, flow, contract and config only",
      severity: "error",
      from: { path: `^shared/(${domain})/` },
      to: { path: "^shared/(aws|system)/|^node:(?!util$)" },
    },
    {
      name: "batch-and-fleet-meet-in-interlock",
      severity: "error",
      from: { path: "^shared/(batch|fleet)/" },
      to: { path: "^shared/(batch|fleet)/", pathNot: "^shared/$1/" },
    },
    {
      name: "billing-knows-neither-side",
      severity: "error",
      from: { path: "^shared/billing/" },
      to: { path: "^shared/(batch|fleet|interlock)/" },
    },
    {
      name: "interlock-is-below-all",
      severity: "error",
      from: { path: "^shared/interlock/" },
      to: { path: "^shared/(batch|billing|fleet)/" },
    },
    {
      name: "webhooks-and-audit-are-below-batch-and-fleet",
      comment: "what happened is told to webhooks and to the audit; they know nothing of batch and fleet",
      severity: "error",
      from: { path: "^shared/(webhooks|audit)/" },
      to: { path: "^shared/(batch|billing|fleet|interlock|aws|system)/" },
    },
    ...oneWay("shared/fleet", ["pools", "machines", "launch/decide", "launch", "stop", "reap"]),
    {
      name: "decide-is-the-one-way-in",
      comment:
        "of the launch policy others know decide(), what goes in and what comes out; and when failed starts pause",
      severity: "error",
      from: {
        path: "^(shared|functions|cli|local|worker|simulation|bench)/",
        pathNot: "^shared/fleet/launch/decide/",
      },
      to: {
        path: "^shared/fleet/launch/decide/",
        pathNot: "^shared/fleet/launch/decide/((decide|observation|plan)|reasons/start-limit)[.]ts$",
      },
    },
    ...oneWay("shared/batch", [
      "progress",
      "orders",
      "uploads",
      "queue",
      "submit",
      "expand",
      "views",
      "reconcile",
    ]),
    {
      name: "contract-is-the-root",
      severity: "error",
      from: { path: "^shared/contract/" },
      to: { path: "^shared/(?!contract/)" },
    },
    {
      name: "aws-sdk-only-in-adapters",
      comment: "the AWS SDK stays behind the ports; what deploys and builds images is no product code",
      severity: "error",
      from: { pathNot: "^(shared/aws|account|bench/api|ami|local|serverless|tests)/" },
      to: { path: "node_modules/@aws-sdk/" },
    },
    {
      name: "product-knows-no-tests",
      comment: "the benchmark of the dashboard takes their browser and their API in memory",
      severity: "error",
      from: { pathNot: "^(tests|bench/web)/" },
      to: { path: "^tests/" },
    },
    {
      name: "programs-stay-apart",
      comment: "a function, the worker and the command line meet only in shared",
      severity: "error",
      from: { path: "^(functions|worker|cli)/" },
      to: { path: "^(functions|worker|cli|local)/", pathNot: "^$1/" },
    },
    {
      name: "dashboard-knows-the-api-alone",
      comment: "by its typed client; prompts files are read as the command line reads them",
      severity: "error",
      from: { path: "^web/", pathNot: "^web/build/" },
      to: {
        path: "^(functions|worker|cli|local|account|ami|simulation|shared)/",
        pathNot: "^(cli/prompts|shared/contract)/",
      },
    },
    {
      name: "agent-is-the-top",
      comment: "agent.ts and main.ts put the rooms together; the rooms know ports.ts alone",
      severity: "error",
      from: { path: "^worker/agent/[a-z]+/" },
      to: { path: "^worker/agent/(agent|main)[.]ts$" },
    },
    {
      name: "agent-flow-stands-alone",
      severity: "error",
      from: { path: "^worker/agent/flow/" },
      to: { path: "^worker/agent/[a-z]+/", pathNot: "^worker/agent/flow/" },
    },
    {
      name: "agent-engine-queue-and-lifecycle-know-flow-alone",
      severity: "error",
      from: { path: "^worker/agent/(engine|queue|lifecycle)/" },
      to: { path: "^worker/agent/[a-z]+/", pathNot: "^worker/agent/($1|flow)/" },
    },
    {
      name: "agent-jobs-know-nothing-of-intake",
      comment: "intake makes jobs of messages, jobs become results",
      severity: "error",
      from: { path: "^worker/agent/jobs/" },
      to: { path: "^worker/agent/(intake|lifecycle)/" },
    },
    {
      name: "agent-intake-knows-no-engine",
      severity: "error",
      from: { path: "^worker/agent/intake/" },
      to: { path: "^worker/agent/(engine|lifecycle)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
    },
  },
};
