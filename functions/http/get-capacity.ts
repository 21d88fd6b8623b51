import type { StageConfig } from "../../shared/config.ts";
import { capacityView, type CapacityPorts } from "../../shared/fleet/capacity.ts";
import type { Route } from "./api.ts";

/** `GET /v1/capacity` */
export const getCapacityRoute = (ports: CapacityPorts, settings: StageConfig): Route => ({
  scope: "read",
  handle: async ({ caller }) => ({
    status: 200,
    body: await capacityView(ports, settings, caller.scopes.includes("operate")),
  }),
});
