import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { itemIdSchema, type ItemId } from "../../shared/contract/ids.ts";
import { players } from "../clips/player.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";

export function addPlay(program: Command, cli: Cli): void {
  cli.command(program, "play <item>", "play a clip, with a program that this machine has").action(
    cli.runs(async (id: string, options: CommonOptions) => {
      const client = cli.client(options);
      const item = await client.item(itemIdIn(id), cli.around.signal);
      const audio = item.result?.audio ?? null;
      if (audio === null) throw new CommandError(`${id} has no clip: it is ${item.status}`, exitCodes.failed);
      await playBytes(cli, await client.audio(item.id, cli.around.signal), audio.format);
      cli.print(options, { id, played: true }, () => [`${id}: ${item.prompt}`]);
      return exitCodes.ok;
    }),
  );
}

/** Players take files, not addresses that need a key. */
async function playBytes(cli: Cli, bytes: Uint8Array, format: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mgb-play-"));
  try {
    const path = join(folder, `clip.${format}`);
    writeFileSync(path, bytes);
    const played = await cli.around.playFile(path, cli.around.signal);
    if (played === "played") return;
    const names = players.map(([name]) => name).join(", ");
    throw new CommandError(
      played === "no_player"
        ? `none of ${names} is installed to play it; mgb pull fetches the clips`
        : "the player could not play it; mgb pull fetches the clips",
      exitCodes.failed,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function itemIdIn(text: string): ItemId {
  const parsed = itemIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CommandError(`'${text}' is not an item id; mgb items <batch> lists them`, exitCodes.usage);
}
