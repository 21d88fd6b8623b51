/**
 * The routes of each function behind the API, in the form that serverless.yml needs. They come from the contract's
 * table of routes.
 */
import { pagePaths, routeKeys, routes, type ApiFunction } from "../shared/contract/api/routes.ts";

export interface HttpEvent {
  readonly httpApi: {
    readonly method: string;
    readonly path: string;
    readonly authorizer?: { readonly name: "key" };
  };
}

const authorizer = { name: "key" } as const;

const eventsOf = (name: ApiFunction): readonly HttpEvent[] =>
  routeKeys
    .filter((key) => routes[key].servedBy === name)
    .map((key) => {
      const [method = "", path = ""] = key.split(" ");
      return { httpApi: { method, path, ...(routes[key].scope === null ? {} : { authorizer }) } };
    });

/** Requests that match no route: a HEAD, a slash at the end, a wrong method, or an unknown path. */
const anythingElse: HttpEvent = { httpApi: { method: "*", path: "*", authorizer } };

/** The dashboard answers every method of its paths itself: they are no part of the API. */
const pages: readonly HttpEvent[] = pagePaths.map((path) => ({ httpApi: { method: "*", path } }));

export const httpEvents: Readonly<Record<ApiFunction | "web", readonly HttpEvent[]>> = {
  web: pages,
  read: [...eventsOf("read"), anythingElse],
  submit: eventsOf("submit"),
  operate: eventsOf("operate"),
};
