/** The functions behind the API, over a world in memory. */
import { operateRoutes } from "../../functions/fleet/operate-routes.ts";
import { apiHandler, type ApiLambda, type Routes } from "../../functions/http/api.ts";
import { readRoutes } from "../../functions/http/read/read-routes.ts";
import { submitRoutes } from "../../functions/http/submit/submit-routes.ts";
import type { ApiFunction } from "../../shared/contract/api/routes.ts";
import type { World } from "../unit/fleet/world.ts";

export const routesOver = ({ ports, stage }: World): Readonly<Record<ApiFunction, Routes>> => ({
  read: readRoutes(ports, stage.settings),
  submit: submitRoutes(ports, stage.settings),
  operate: operateRoutes(ports, stage),
});

export function functionsOver(world: World): Readonly<Record<ApiFunction, ApiLambda>> {
  const { read, submit, operate } = routesOver(world);
  const { log } = world;
  return {
    read: apiHandler(read, log),
    submit: apiHandler(submit, log),
    operate: apiHandler(operate, log),
  };
}
