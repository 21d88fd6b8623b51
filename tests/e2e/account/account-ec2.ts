/**
 * EC2 as whoever sits before an account sees it. The fleet's machines, prices and consoles are the local EC2's. Images,
 * the machine that builds one, types, volumes and groups are moto's, which the local EC2 has not.
 */
import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { IncomingMessage, ServerResponse } from "node:http";
import { forward, type ForwardedAnswer } from "../../../local/ec2/emulator.ts";
import { listenOnLoopback, readBody } from "../../../local/ec2/loopback-server.ts";
import { actAsBuildMachine } from "./build-machine.ts";

export interface AccountEc2 {
  readonly url: string;
  close(): Promise<void>;
}

export interface Sides {
  /** The local EC2's address. */
  readonly fleet: string;
  /** moto's. */
  readonly rest: string;
  readonly region: string;
}

export async function startAccountEc2(sides: Sides): Promise<AccountEc2> {
  const baseImage = await someImage(sides);
  return listenOnLoopback((request, response) => {
    void answerTo(request, sides, baseImage).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "text/xml;charset=UTF-8" }).end(body);
    }, refuse(response));
  });
}

const refuse = (response: ServerResponse) => (error: unknown) => {
  response.writeHead(500).end(String(error));
};

/** moto has no image of NVIDIA's driver, and does not look a public parameter up: any of Amazon's stands for it. */
async function someImage({ rest, region }: Sides): Promise<string> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new EC2Client({ endpoint: rest, region, credentials });
  const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  client.destroy();
  const fit = Images.find(
    ({ Architecture: architecture, RootDeviceName: root }) =>
      architecture === "x86_64" && root === "/dev/sda1",
  );
  if (fit?.ImageId === undefined) throw new Error("expected moto to have an image of a root at /dev/sda1");
  return fit.ImageId;
}

async function answerTo(
  request: IncomingMessage,
  { fleet, rest }: Sides,
  baseImage: string,
): Promise<ForwardedAnswer> {
  const form = new URLSearchParams(await readBody(request));
  const ask = (side: string): Promise<ForwardedAnswer> => {
    const body = form.toString();
    return forward(side, { ...request.headers, "content-length": String(Buffer.byteLength(body)) }, body);
  };
  switch (form.get("Action") ?? "") {
    case "DescribeSpotPriceHistory":
    case "GetConsoleOutput":
      return ask(fleet);
    case "DescribeInstances":
      return merged(await ask(fleet), await ask(rest));
    case "TerminateInstances": {
      const ended = await ask(fleet);
      return ended.body.includes("InvalidInstanceID") ? ask(rest) : ended;
    }
    case "RunInstances": {
      if (form.get("ImageId")?.startsWith("resolve:ssm:") === true) form.set("ImageId", baseImage);
      const started = await ask(rest);
      if (started.status === 200) void actAsBuildMachine(form.get("UserData") ?? "");
      return started;
    }
    case "CreateImage":
      leaveOutSnapshotTags(form);
      return ask(rest);
    default:
      return ask(rest);
  }
}

/** The reservations of both. */
function merged(one: ForwardedAnswer, other: ForwardedAnswer): ForwardedAnswer {
  if (one.status !== 200) return one;
  const inner = /<reservationSet>(.*)<\/reservationSet>/s.exec(other.body)?.[1] ?? "";
  return { ...one, body: one.body.replace("<reservationSet>", `<reservationSet>${inner}`) };
}

/** moto refuses them. */
function leaveOutSnapshotTags(form: URLSearchParams): void {
  for (const [name, value] of [...form]) {
    const prefix = /^(TagSpecification\.\d+\.)ResourceType$/.exec(name)?.[1];
    if (prefix === undefined || value !== "snapshot") continue;
    for (const own of [...form.keys()].filter((key) => key.startsWith(prefix))) form.delete(own);
  }
}
