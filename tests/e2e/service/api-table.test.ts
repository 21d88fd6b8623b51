/** The table of the contract, through the gateway, the authorizer and the functions of the embedded cloud. */
import { expect } from "vitest";
import { describeApiTable } from "../../contract/api-table.ts";
import { deliveriesOf } from "./receiver.ts";
import { cloud, ended, noMachines, waitUntil } from "../world.ts";

describeApiTable(() =>
  Promise.resolve({
    url: cloud.apiUrl,
    keys: cloud.keys,
    atOnce: 6,
    // Nobody listens there, which is an attempt as well.
    receiverUrl: "http://127.0.0.1:9/hooks",
    makeClips: async (id) => {
      expect((await ended(id)).outcome).toBe("succeeded");
    },
    deliver: async (id) => {
      await waitUntil("an attempt to deliver", async () => (await deliveriesOf(id)).length > 0);
    },
    stop: async () => {
      await noMachines();
    },
  }),
);
