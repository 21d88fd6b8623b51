/** Shows spot prices. */
import type { StageConfig } from "../../../shared/config.ts";
import { pricesView, type PricePorts } from "../../../shared/fleet/pools/prices-view.ts";
import type { Handler } from "../api.ts";

/** `GET /v1/prices` */
export const getPrices =
  (ports: PricePorts, settings: StageConfig): Handler<"GET /v1/prices"> =>
  async ({ query: { hours } }) => ({ status: 200, body: await pricesView(ports, settings, hours) });
