import { DescribeImagesCommand, EC2Client, EC2ServiceException } from "@aws-sdk/client-ec2";
import { S3ServiceException } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { NotSignedIn } from "../../../account/doctor/account.ts";
import { refusal } from "../../../account/refused.ts";

const answered = (httpStatusCode: number) => ({ $fault: "client" as const, $metadata: { httpStatusCode } });
const ofEc2 = (name: string, message: string, status: number): Error =>
  new EC2ServiceException({ name, message, ...answered(status) });

const signIn =
  "\nSign in (aws sso login, or aws configure), and look who you are: aws sts get-caller-identity";
const policy =
  "\nThe policy with the rights that it needs: npm run --silent mgb -- doctor --stage prod --policy image";

test.each<[name: string, error: Error, text: string, exitCode: number]>([
  [
    "credentials that are expired",
    ofEc2("RequestExpired", "Request has expired.", 400),
    `AWS does not take these credentials: Request has expired.${signIn}`,
    4,
  ],
  [
    "a session that is over",
    ofEc2("ExpiredToken", "The security token included in the request is expired", 403),
    `AWS does not take these credentials: The security token included in the request is expired${signIn}`,
    4,
  ],
  [
    "a key that AWS does not know",
    ofEc2("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
    `AWS does not take these credentials: AWS was not able to validate the provided access credentials${signIn}`,
    4,
  ],
  [
    "an account that the doctor could not ask",
    new NotSignedIn("Could not load credentials from any providers"),
    `AWS does not take these credentials: Could not load credentials from any providers${signIn}`,
    4,
  ],
  [
    "a right that is missing",
    ofEc2("UnauthorizedOperation", "You are not authorized to perform: ec2:DescribeImages", 403),
    `AWS does not allow it: You are not authorized to perform: ec2:DescribeImages${policy}`,
    4,
  ],
  [
    "an answer that did not come",
    Object.assign(new Error("a request has exceeded the configured 10000 ms requestTimeout."), {
      name: "TimeoutError",
      $metadata: {},
    }),
    "AWS: no answer in time",
    1,
  ],
  [
    "an answer without a word",
    new S3ServiceException({ name: "SlowDown", message: "UnknownError", ...answered(503) }),
    "AWS: SlowDown",
    1,
  ],
])("%s is told in a sentence", async (_name, error, text, exitCode) => {
  expect(await refusal(error, "prod", "image")).toEqual({ text, exitCode });
});

test("nobody's credentials, and a region that cannot be reached, are told in a sentence", async () => {
  const nobody = new EC2Client({
    region: "eu-central-1",
    credentials: () => Promise.reject(Object.assign(new Error("none"), { name: "CredentialsProviderError" })),
  });
  const nowhere = new EC2Client({
    region: "eu-central-1",
    endpoint: "http://127.0.0.1:9",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const errors = await Promise.all(
    [nobody, nowhere].map((client) =>
      client.send(new DescribeImagesCommand()).catch((error: unknown) => error),
    ),
  );
  const told = await Promise.all(errors.map((error) => refusal(error, "prod", "image")));
  expect(told[0]?.text).toContain("AWS does not take these credentials: none\n");
  expect(told[1]?.text).toMatch(/^AWS: .*ECONNREFUSED/);
});

test("a mistake of our own is no refusal of AWS", async () => {
  expect(await refusal(new TypeError("x is not a function"), "prod", "image")).toBeNull();
});
