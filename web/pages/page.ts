/** What a page is, and what it is given. */
import type { ComponentType } from "preact";
import type { Scope } from "../session/session.ts";

export interface PageProps {
  /** What follows the page's own part of the address, such as a batch's id. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}
export interface PageEntry {
  /** The first part of its address. */
  readonly path: string;
  readonly title: string;
  /** Whether the navigation lists it; others are reached through links. */
  readonly isListed: boolean;
  /** Who has no key with it does not see the page. */
  readonly scope: Scope;
  readonly load: () => Promise<ComponentType<PageProps>>;
}
