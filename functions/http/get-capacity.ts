import { capacityView } from "../../shared/fleet/capacity.ts";
import type { ObjectStore } from "../../shared/ports.ts";
import type { Route } from "./api.ts";

/** `GET /v1/capacity` */
export const getCapacityRoute = ({ store }: { readonly store: ObjectStore }): Route => ({
  scope: "read",
  handle: async () => ({ status: 200, body: await capacityView(store) }),
});
