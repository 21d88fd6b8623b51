/** The routes of operators: stop, start, and a dry run of the launcher. */
import type { StopView } from "../../shared/contract/api/api.ts";
import { dryRun } from "../../shared/fleet/launch/launch-tick.ts";
import type { LaunchPorts, Stage, StopPorts, TriggerPorts } from "../../shared/fleet/machines/fleet-ports.ts";
import { reopen, stopAll } from "../../shared/fleet/stop/stop.ts";
import { serves, type Handler, type Routes } from "../http/api.ts";
import { postKey } from "../http/keys/create-key.ts";
import { deleteKey } from "../http/keys/revoke-key.ts";
import { replaying } from "../http/replay.ts";

export type OperatePorts = LaunchPorts & StopPorts & TriggerPorts;

export const operateRoutes = (ports: OperatePorts, stage: Stage): Routes =>
  serves<"operate">(ports, {
    "DELETE /v1/keys/{id}": deleteKey(ports),
    ...replaying(ports, {
      "POST /v1/stop": postStop(ports, stage),
      "POST /v1/start": postStart(ports),
      "POST /v1/launch": postLaunch(ports, stage),
      "POST /v1/keys": postKey(ports),
    }),
  });

/**
 * Answers within seconds with what is known by then. The reaper goes on until EC2 shows no machine, and `GET /v1/stop`
 * has the proof.
 */
const postStop =
  (ports: OperatePorts, stage: Stage): Handler<"POST /v1/stop"> =>
  async ({ caller }) => {
    const body: StopView = await stopAll(caller.owner, ports, stage);
    return { status: 202, headers: { location: "/v1/stop" }, body };
  };

const postStart =
  (ports: OperatePorts): Handler<"POST /v1/start"> =>
  async ({ caller }) => ({ status: 200, body: await reopen(caller.owner, ports) });

const postLaunch =
  (ports: OperatePorts, stage: Stage): Handler<"POST /v1/launch"> =>
  async ({ query }) => {
    if (query.dry_run) return { status: 200, body: await dryRun(ports, stage) };
    await ports.launcher.trigger();
    return { status: 202, body: { triggered: true } };
  };
