/** Finds a host's addresses by this machine's resolver. */
import { lookup } from "node:dns/promises";
import type { Resolve } from "../webhooks/webhook-ports.ts";

export const resolveHost: Resolve = async (host) =>
  (await lookup(host, { all: true, order: "verbatim" })).map(({ address }) => address);
