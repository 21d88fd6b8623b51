/** What the package exports, for backends and for `mgb`; docs/api.md shows how to use it. */
export { ApiProblem, type Problem } from "./api-problem.ts";
export type { components, operations, paths } from "./api-types.ts";
export {
  type Answer,
  type ApiAccess,
  createApiClient,
  dataOf,
  type MusicgenBatch,
  type Schemas,
} from "./create-client.ts";
export { untilEnded } from "./until-ended.ts";
