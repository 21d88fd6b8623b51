import type { Command } from "commander";
import { ApiClient } from "../../connection/api-client.ts";
import { typed } from "../../input/ask.ts";
import type { Cli } from "../../cli.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { withoutSlash } from "../../connection/find-api.ts";
import { profilesPath, readProfiles, writeProfiles } from "../../connection/profiles.ts";

interface Options {
  readonly url: string;
  readonly profile: string;
}

export function addLogin(program: Command, cli: Cli): void {
  program
    .command("login")
    .description("save a stage's address and your key for the other commands")
    .requiredOption("--url <url>", "the API's address, such as https://….amazonaws.com")
    .option("--profile <name>", "the name to save it under", "default")
    .action(
      cli.runs(async ({ url, profile }: Options) => {
        if (!URL.canParse(url))
          throw new CommandError(`not a URL: '${url}'; it must begin with https://`, exitCodes.usage);
        const key = cli.around.environment["MGB_API_KEY"] ?? (await askedKey(cli));
        const apiUrl = withoutSlash(url);
        await new ApiClient({ apiUrl, key }, cli.around).models(cli.around.signal);
        const path = profilesPath(cli.around.environment);
        const known = readProfiles(path);
        writeProfiles(path, {
          default: profile,
          profiles: { ...known.profiles, [profile]: { url: apiUrl, key } },
        });
        cli.say(
          `Logged in. ${path} keeps the key, readable for you alone; '${profile}' is the default from now on.`,
        );
        return exitCodes.ok;
      }),
    );
}

async function askedKey(cli: Cli): Promise<string> {
  const key = await typed(cli.around, "API key (it is not shown): ", { hidden: true });
  if (key !== null && key !== "") return key;
  throw new CommandError("no key was given: set MGB_API_KEY, or run it in a terminal", exitCodes.usage);
}
