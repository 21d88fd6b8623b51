import { dryRun } from "../../shared/fleet/launch-tick.ts";
import type { LaunchPorts, Stage, StopPorts, TriggerPorts } from "../../shared/fleet/fleet-ports.ts";
import { reopen, stopAll, stopView } from "../../shared/fleet/stop.ts";
import type { Route } from "../http/api.ts";
import { problem } from "../http/responses.ts";

export type OperatePorts = LaunchPorts & StopPorts & TriggerPorts;

export const operateRoutes = (ports: OperatePorts, stage: Stage): Readonly<Record<string, Route>> => ({
  "POST /v1/stop": {
    scope: "operate",
    handle: async ({ caller }) => {
      const view = await stopAll(caller.owner, ports, stage);
      // Not proven yet: the reaper goes on, and GET /v1/stop tells.
      return { status: view.state === "stopped" ? 200 : 202, body: view };
    },
  },
  "GET /v1/stop": {
    scope: "operate",
    handle: async () => ({ status: 200, body: await stopView(ports.store) }),
  },
  "POST /v1/start": {
    scope: "operate",
    handle: async ({ caller }) => ({ status: 200, body: await reopen(caller.owner, ports) }),
  },
  "POST /v1/launch": {
    scope: "operate",
    handle: async ({ query }) => {
      switch (query["dry_run"]) {
        case "true":
          return { status: 200, body: await dryRun(ports, stage) };
        case undefined:
        case "false":
          await ports.launcher.trigger();
          return { status: 202, body: { triggered: true } };
        default:
          return problem("invalid_input", "expected `dry_run` to be true or false");
      }
    },
  },
});
