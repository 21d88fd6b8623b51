import { expect, test } from "vitest";
import { answerXml, errorXml } from "../../../../local/ec2/api/xml.ts";

test("an answer carries its request id, lists as items, and leaves out what is null", () => {
  const xml = answerXml("DescribeX", "r-1", {
    nextToken: null,
    thingSet: [{ name: "a", count: 2 }, { name: "b" }],
    emptySet: [],
  });
  expect(xml).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<DescribeXResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>' +
      "<thingSet><item><name>a</name><count>2</count></item><item><name>b</name></item></thingSet>" +
      "<emptySet></emptySet></DescribeXResponse>",
  );
});

test("text is escaped, and characters that XML cannot hold are dropped", () => {
  expect(errorXml("Code", `<a> & "b"\u0000\u001b\n`, "r-1")).toContain(
    "<Message>&lt;a&gt; &amp; &quot;b&quot;\n</Message>",
  );
});
