/** Answers what the local EC2 asks of the emulator, with one template, three subnets and one role. */
import { listenOnLoopback, readBody, type LoopbackServer } from "../../../local/ec2/loopback-server.ts";
import { answerXml, errorXml, type XmlValue } from "../../../local/ec2/api/xml.ts";

export const templateId = "lt-0123456789abcdef0";
export const subnets = {
  a: "subnet-0000000000000000a",
  a2: "subnet-000000000000000a2",
  b: "subnet-0000000000000000b",
};

export interface StubEmulator extends LoopbackServer {
  /** The actions it was asked, in order, with their headers. */
  readonly asked: { readonly action: string; readonly host: string | undefined }[];
}

export async function startStubEmulator(): Promise<StubEmulator> {
  const asked: { action: string; host: string | undefined }[] = [];
  const server = await listenOnLoopback((request, response) => {
    const answered = (body: string): void => {
      const form = new URLSearchParams(body);
      const action = form.get("Action") ?? "";
      asked.push({ action, host: request.headers.host });
      const { status, xml } = answer(action, form);
      response.writeHead(status, { "content-type": "text/xml" }).end(xml);
    };
    // Whoever is stopped in the middle of a request needs no answer.
    void readBody(request).then(answered, () => request.destroy());
  });
  return { ...server, asked };
}

function answer(action: string, form: URLSearchParams): { readonly status: number; readonly xml: string } {
  switch (action) {
    case "DescribeLaunchTemplateVersions":
      return form.get("LaunchTemplateId") === templateId
        ? { status: 200, xml: answerXml(action, "stub", template) }
        : { status: 400, xml: errorXml("InvalidLaunchTemplateId.NotFound", "no such template", "stub") };
    case "DescribeSubnets":
      return { status: 200, xml: answerXml(action, "stub", network) };
    case "GetInstanceProfile":
      return { status: 200, xml: nestedXml(action, profile) };
    case "AssumeRole":
      return { status: 200, xml: nestedXml(action, session) };
    default:
      return { status: 400, xml: errorXml("InvalidAction", action, "stub") };
  }
}

/** IAM and STS put their answers into a result element and call the items of a list members. */
function nestedXml(action: string, inner: string): string {
  return `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
}

const template: Readonly<Record<string, XmlValue>> = {
  launchTemplateVersionSet: [
    {
      launchTemplateId: templateId,
      versionNumber: 3,
      launchTemplateData: {
        imageId: "ami-0123456789abcdef0",
        instanceType: "g4dn.xlarge",
        userData: Buffer.from('{"stage":"test","note":"ä"}').toString("base64"),
        iamInstanceProfile: { arn: "arn:aws:iam::000000000000:instance-profile/worker-profile" },
        metadataOptions: { httpTokens: "required", instanceMetadataTags: "enabled" },
        tagSpecificationSet: [
          { resourceType: "instance", tagSet: [{ key: "mgb:stage", value: "test" }] },
          { resourceType: "volume", tagSet: [{ key: "mgb:volume", value: "yes" }] },
        ],
      },
    },
  ],
};

const network: Readonly<Record<string, XmlValue>> = {
  subnetSet: [
    { subnetId: subnets.a, availabilityZone: "eu-central-1a", state: "available" },
    { subnetId: subnets.a2, availabilityZone: "eu-central-1a", state: "available" },
    { subnetId: subnets.b, availabilityZone: "eu-central-1b", state: "available" },
  ],
};

const profile =
  "<InstanceProfile><InstanceProfileName>worker-profile</InstanceProfileName><Roles><member>" +
  "<RoleName>worker-role</RoleName><Arn>arn:aws:iam::000000000000:role/worker-role</Arn>" +
  "</member></Roles></InstanceProfile>";
const session =
  "<Credentials><AccessKeyId>ASIASTUB</AccessKeyId><SecretAccessKey>stub-secret</SecretAccessKey>" +
  "<SessionToken>stub-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>";
