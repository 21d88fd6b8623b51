import { LambdaClient } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { LambdaLauncherTrigger } from "../../../shared/aws/lambda-launcher-trigger.ts";
import { LauncherError } from "../../../shared/ports.ts";
import { sdkSettings, useScriptedServer } from "./scripted-server.ts";

const server = useScriptedServer();

test("the launcher is called without waiting for what it does, and a call that fails is an error", async () => {
  const client = new LambdaClient(sdkSettings(server, 1));
  const launcher = new LambdaLauncherTrigger({ client, functionName: "launch" });
  server.replies.push({ status: 202 }, { status: 403, body: '{"message":"no"}' });
  await launcher.trigger();
  expect(server.requests[0]).toMatchObject({
    path: "/2015-03-31/functions/launch/invocations",
    headers: { "x-amz-invocation-type": "Event" },
  });
  await expect(launcher.trigger()).rejects.toThrow(LauncherError);
});
