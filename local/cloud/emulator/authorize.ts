/** Asks the emulator whether a caller may do something, for the local EC2: the emulator holds the roles. */
import * as z from "zod";
import type { Authorize } from "../../ec2/options.ts";

const deniedSchema = z.object({ action: z.string(), resource: z.string() }).nullable();

export const authorizeAt =
  (awsUrl: string, region: string): Authorize =>
  async (accessKey, checks) => {
    const answer = await fetch(`${awsUrl}/_mgb/authorize`, {
      method: "POST",
      body: JSON.stringify({ access_key: accessKey, region, checks }),
    });
    return deniedSchema.parse(await answer.json());
  };
