import { expect, test } from "vitest";
import { zonesHint } from "../../../serverless/zones-hint.ts";

const config = (change: object) => JSON.stringify({ region: "us-west-1", ...change });
const two = () => Promise.resolve(["us-west-1a", "us-west-1c"]);
const nobody = () => Promise.reject(new Error("no credentials"));

test("a configuration without zones is answered with those of its region that offer the type", async () => {
  expect(await zonesHint(config({}), two)).toBe(
    '  us-west-1 offers g4dn.xlarge in these zones: "zones": ["us-west-1a","us-west-1c"]',
  );
});

test("a region that offers the type nowhere is reported as that", async () => {
  const hint = await zonesHint(config({ instance_type: "p5.48xlarge" }), () => Promise.resolve([]));
  expect(hint).toBe("  us-west-1 offers no p5.48xlarge in any zone: take another region or type");
});

test("where the AWS account cannot be asked, the message names the command to run", async () => {
  expect(await zonesHint(config({}), nobody)).toMatch(
    /aws ec2 describe-instance-type-offerings --region us-west-1 .*Values=g4dn.xlarge/,
  );
});

test.each([
  ["zones are named", config({ zones: ["us-west-1a"] })],
  ["the region is no region", config({ region: "California" })],
  ["the text is no JSON", "{"],
])("nothing is proposed when %s", async (_what, text) => {
  expect(await zonesHint(text, two)).toBeNull();
});
