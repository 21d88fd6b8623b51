import { afterAll, beforeAll, inject } from "vitest";

export const region = "eu-central-1";

/**
 * Point the SDK's default chain at the emulator for this file, as a function or a worker finds it: by its
 * environment. The emulator takes this key as the account's root.
 */
export function useEmulatedAws(more: Readonly<Record<string, string>> = {}): void {
  const variables: Record<string, string> = {
    AWS_ENDPOINT_URL: inject("emulatorUrl"),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    ...more,
  };
  const before = new Map(Object.keys(variables).map((name) => [name, process.env[name]]));
  beforeAll(() => {
    Object.assign(process.env, variables);
  });
  afterAll(() => {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });
}
