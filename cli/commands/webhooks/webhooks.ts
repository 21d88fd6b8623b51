import { type Command, InvalidArgumentError } from "commander";
import type { z } from "zod";
import {
  type DeliveryView,
  webhookRequestSchema,
  type WebhookView,
  type WebhookWithSecretView,
} from "../../../shared/contract/api/webhooks.ts";
import { webhookEventTypes } from "../../../shared/contract/api/event-types.ts";
import { deliveryIdSchema, type WebhookId, webhookIdSchema } from "../../../shared/contract/ids.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { wholeNumber } from "../../input/option-values.ts";
import { tableLines } from "../../output/table.ts";

type Events = z.infer<typeof webhookRequestSchema>["events"];
interface AddOptions extends CommonOptions {
  readonly events: Events;
  readonly description?: string;
}
interface ListOptions extends CommonOptions {
  readonly limit: number;
}

export function addWebhooks(program: Command, cli: Cli): void {
  const webhooks = program
    .command("webhooks")
    .description("have events sent to a server of yours, signed as Standard Webhooks 1.0");
  addList(webhooks, cli);
  addAdd(webhooks, cli);
  addRm(webhooks, cli);
  addTest(webhooks, cli);
  addRotate(webhooks, cli);
  addDeliveries(webhooks, cli);
  addRedeliver(webhooks, cli);
}

function addList(webhooks: Command, cli: Cli): void {
  cli.command(webhooks, "list", "list your endpoints; never their secrets").action(
    cli.runs(async (options: CommonOptions) => {
      const all = await cli.client(options).webhooks(cli.around.signal);
      cli.print(options, { data: all }, () =>
        all.length === 0 ? ["No endpoint yet: mgb webhooks add https://…"] : endpointLines(all, cli.columns),
      );
      return exitCodes.ok;
    }),
  );
}

const endpointLines = (all: readonly WebhookView[], columns: number): readonly string[] =>
  tableLines(
    ["WEBHOOK", "STATE", "URL", "EVENTS"],
    all.map(({ id, enabled, disabled_reason, url, events }) => [
      id,
      enabled ? "enabled" : `disabled (${disabled_reason ?? "owner"})`,
      url,
      events.join(","),
    ]),
    columns,
  );

function addAdd(webhooks: Command, cli: Cli): void {
  cli
    .command(webhooks, "add <url>", "make an endpoint and show its secret, this once")
    .option("--events <list>", `of ${webhookEventTypes.join(", ")}`, eventList, ["batch.ended"])
    .option("--description <text>", "what it is for")
    .action(
      cli.runs(async (url: string, options: AddOptions) => {
        const { clock, random, signal } = cli.around;
        const { events, description } = options;
        const request = { url, events, ...(description !== undefined && { description }) };
        const key = random.ulid(clock.nowMs());
        const made = await cli.client(options).createWebhook(request, key, signal);
        showSecret(cli, options, made);
        return exitCodes.ok;
      }),
    );
}

function eventList(text: string): Events {
  const parsed = webhookRequestSchema.shape.events.safeParse(text.split(",").map((name) => name.trim()));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`expected some of ${webhookEventTypes.join(",")}, each once`);
}

function showSecret(cli: Cli, options: CommonOptions, made: WebhookWithSecretView): void {
  const { id, secret } = made;
  if (secret === null)
    throw new CommandError(
      `${id} has a new secret, but the answer that showed it was lost. Make another: mgb webhooks rotate ${id}`,
      exitCodes.failed,
    );
  cli.print(options, made, () => [secret]);
  if (cli.wantsJson(options)) return;
  cli.say(`The secret of ${id} is shown this once. Try the endpoint: mgb webhooks test ${id}`);
}

function addRm(webhooks: Command, cli: Cli): void {
  cli.command(webhooks, "rm <id>", "delete an endpoint; what was still to be sent to it is dropped").action(
    cli.runs(async (id: string, options: CommonOptions) => {
      const deleted = await cli.client(options).deleteWebhook(webhookIdIn(id), cli.around.signal);
      cli.print(options, deleted, () => [`${deleted.id} is deleted.`]);
      return exitCodes.ok;
    }),
  );
}

function addTest(webhooks: Command, cli: Cli): void {
  cli.command(webhooks, "test <id>", "send a test event to an endpoint").action(
    cli.runs(async (id: string, options: CommonOptions) => {
      const webhook = webhookIdIn(id);
      const sent = await cli.client(options).testWebhook(webhook, cli.around.signal);
      cli.print(options, sent, () => onItsWay(webhook, sent.event_id));
      return exitCodes.ok;
    }),
  );
}

const onItsWay = (webhook: WebhookId, event: string): readonly string[] => [
  `${event} is on its way. What comes of it: mgb webhooks deliveries ${webhook}`,
];

function addRotate(webhooks: Command, cli: Cli): void {
  cli.command(webhooks, "rotate <id>", "make a new secret; the old one signs too for a day").action(
    cli.runs(async (id: string, options: CommonOptions) => {
      const { clock, random, signal } = cli.around;
      const key = random.ulid(clock.nowMs());
      showSecret(cli, options, await cli.client(options).rotateWebhook(webhookIdIn(id), key, signal));
      return exitCodes.ok;
    }),
  );
}

function addDeliveries(webhooks: Command, cli: Cli): void {
  cli
    .command(webhooks, "deliveries <id>", "list the attempts to deliver, the newest first")
    .option("--limit <n>", "how many", wholeNumber(1, 50), 20)
    .action(
      cli.runs(async (id: string, options: ListOptions) => {
        const page = { limit: options.limit };
        const all = await cli.client(options).deliveries(webhookIdIn(id), page, cli.around.signal);
        cli.print(options, { data: all }, () =>
          all.length === 0 ? ["No attempt in the last 30 days."] : deliveryLines(all, cli.columns),
        );
        return exitCodes.ok;
      }),
    );
}

const deliveryLines = (all: readonly DeliveryView[], columns: number): readonly string[] =>
  tableLines(
    ["DELIVERY", "EVENT", "TRY", "OUTCOME", "STATUS", "DETAIL"],
    all.map(({ id, event_type, attempt, outcome, status, detail, next_attempt_at: next }) => [
      id,
      event_type,
      String(attempt),
      outcome,
      status === null ? "-" : String(status),
      next === null ? detail : `${detail}; again at ${next}`,
    ]),
    columns,
  );

function addRedeliver(webhooks: Command, cli: Cli): void {
  cli.command(webhooks, "redeliver <id> <delivery>", "send the event of an earlier attempt again").action(
    cli.runs(async (id: string, delivery: string, options: CommonOptions) => {
      const webhook = webhookIdIn(id);
      const parsed = deliveryIdSchema.safeParse(delivery);
      if (!parsed.success)
        throw new CommandError(
          `'${delivery}' is not the id of a delivery; mgb webhooks deliveries ${webhook} lists them`,
          exitCodes.usage,
        );
      const sent = await cli.client(options).redeliver(webhook, parsed.data, cli.around.signal);
      cli.print(options, sent, () => onItsWay(webhook, sent.event_id));
      return exitCodes.ok;
    }),
  );
}

/** @throws CommandError when it is none */
function webhookIdIn(text: string): WebhookId {
  const parsed = webhookIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `'${text}' is not the id of an endpoint; mgb webhooks list shows yours`,
    exitCodes.usage,
  );
}
