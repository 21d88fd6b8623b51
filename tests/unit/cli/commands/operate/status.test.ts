import { expect, test } from "vitest";
import type { CapacityView } from "../../../../../shared/contract/api/api.ts";
import { statusLines } from "../../../../../cli/commands/operate/status.ts";
import { noMachine, someZone } from "../../sample-capacity.ts";

const priceLines = (...zones: CapacityView["zones"]): readonly string[] => {
  const lines = statusLines({ ...noMachine, zones }, 100);
  return lines.slice(lines.findIndex((line) => line.includes("ZONE")));
};

test("status shows each zone's price against the cap", () => {
  expect(
    priceLines(
      someZone({}),
      someZone({ zone: "zone-b", price_usd_per_hour: "0.45" }),
      someZone({ zone: "zone-c", price_usd_per_hour: null }),
    ),
  ).toEqual([
    "ZONE    USD/HOUR  AT MOST    NOTE",
    "zone-a  0.21      0.40, ok",
    "zone-b  0.45      over 0.40",
    "zone-c  ?         no price",
  ]);
});

test("status names the type of each price where the stage has several, and each has its own cap", () => {
  const cooling = {
    until: "2026-01-01T12:00:00.000Z",
    reason: "capacity",
    code: "InsufficientInstanceCapacity",
  };
  expect(
    priceLines(
      someZone({}),
      someZone({ instance_type: "g5.xlarge", price_usd_per_hour: "0.52", max_usd_per_hour: "0.60" }),
      someZone({ instance_type: "g6.xlarge", price_usd_per_hour: null, max_usd_per_hour: null, cooling }),
    ),
  ).toEqual([
    "TYPE         ZONE    USD/HOUR  AT MOST   NOTE",
    "g4dn.xlarge  zone-a  0.21      0.40, ok",
    "g5.xlarge    zone-a  0.52      0.60, ok",
    "g6.xlarge    zone-a  ?         not used  not used until 2026-01-01T12:00:00.000Z: capacity (Insuffi…",
  ]);
});
