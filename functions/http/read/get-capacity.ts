/** Shows the fleet's capacity. */
import type { StageConfig } from "../../../shared/config.ts";
import { capacityView, type CapacityPorts } from "../../../shared/fleet/machines/capacity.ts";
import type { Handler } from "../api.ts";

/** `GET /v1/capacity` */
export const getCapacity =
  (ports: CapacityPorts, settings: StageConfig): Handler<"GET /v1/capacity"> =>
  async ({ caller }) => ({
    status: 200,
    body: await capacityView(ports, settings, caller.scopes.includes("operate")),
  });
