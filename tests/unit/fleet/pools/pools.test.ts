import { expect, test } from "vitest";
import { World } from "../world.ts";
import { openBreaker } from "../../../../shared/fleet/pools/breaker.ts";

test("a breaker's detail is kept up to 2,000 characters, however much EC2 says", async () => {
  const world = new World();
  const names = Array.from({ length: 1000 }, (_, n) => `i-${String(n).padStart(17, "0")}`).join(", ");
  await openBreaker(world.ports, "refused", names);
  expect((await world.pools())?.breaker?.detail).toHaveLength(2000);
});
