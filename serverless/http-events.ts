/** What each function behind the API serves, as serverless.yml takes it: made of the contract's table of routes. */
import { routeKeys, routes, type ApiFunction } from "../shared/contract/api/routes.ts";

export interface HttpEvent {
  readonly httpApi: {
    readonly method: string;
    readonly path: string;
    readonly authorizer?: { readonly name: "key" };
  };
}

const authorizer = { name: "key" } as const;

const eventsOf = (server: ApiFunction): readonly HttpEvent[] =>
  routeKeys
    .filter((key) => routes[key].servedBy === server)
    .map((key) => {
      const [method = "", path = ""] = key.split(" ");
      return { httpApi: { method, path, ...(routes[key].scope === null ? {} : { authorizer }) } };
    });

/** Whatever none of the routes fits: a HEAD, a slash at the end, a wrong method, or nothing of ours. */
const anythingElse: HttpEvent = { httpApi: { method: "*", path: "*", authorizer } };

export const httpEvents: Readonly<Record<ApiFunction, readonly HttpEvent[]>> = {
  read: [...eventsOf("read"), anythingElse],
  submit: eventsOf("submit"),
  operate: eventsOf("operate"),
};
