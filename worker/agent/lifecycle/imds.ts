/** EC2 instance metadata, version 2: get a token first, then send it with each GET. */
import * as z from "zod";
import { jsonOf } from "../../../shared/contract/json.ts";
import type { InterruptionNotice, Metadata } from "../ports.ts";
import { MetadataError } from "../ports.ts";

/** The longest lifetime that the service grants. */
const tokenSeconds = 21_600;
/** The service runs on the machine's own host: an answer that takes longer will not come. */
const answerMs = 2_000;
export const defaultImdsEndpoint = "http://169.254.169.254";

const instanceActionSchema = z.object({
  action: z.enum(["terminate", "stop", "hibernate"]),
  time: z.iso.datetime(),
});

const rebalanceSchema = z.object({ noticeTime: z.iso.datetime() });

export class Imds implements Metadata {
  readonly #endpoint: string;
  readonly #answerMs: number;
  #token: string | null = null;

  /** @param endpoint such as `http://169.254.169.254`, without a path @param limitMs for each answer */
  constructor(endpoint: string, limitMs = answerMs) {
    this.#endpoint = endpoint.replace(/\/$/, "");
    this.#answerMs = limitMs;
  }

  instanceId(): Promise<string> {
    return this.#require("meta-data/instance-id");
  }

  zone(): Promise<string> {
    return this.#require("meta-data/placement/availability-zone");
  }

  userData(): Promise<string> {
    return this.#require("user-data");
  }

  tag(name: string): Promise<string | null> {
    return this.#get(`meta-data/tags/instance/${name}`);
  }

  async interruption(): Promise<InterruptionNotice | null> {
    const body = await this.#get("meta-data/spot/instance-action");
    if (body === null) return null;
    const parsed = instanceActionSchema.safeParse(jsonOf(body));
    if (!parsed.success)
      throw new MetadataError(
        `expected a spot instance action from the metadata service, got ${body.slice(0, 200)}`,
      );
    return { action: parsed.data.action, atMs: Date.parse(parsed.data.time) };
  }

  async rebalanceRecommendedMs(): Promise<number | null> {
    const body = await this.#get("meta-data/events/recommendations/rebalance");
    if (body === null) return null;
    const parsed = rebalanceSchema.safeParse(jsonOf(body));
    if (!parsed.success)
      throw new MetadataError(
        `expected the notice time of a rebalance recommendation, got ${body.slice(0, 200)}`,
      );
    return Date.parse(parsed.data.noticeTime);
  }

  async #require(path: string): Promise<string> {
    const body = await this.#get(path);
    if (body === null) throw new MetadataError(`the metadata service has no ${path}`);
    return body;
  }

  async #get(path: string): Promise<string | null> {
    const response = await this.#getWithToken(path);
    if (response.status === 404) return null;
    if (response.ok) return response.text();
    throw new MetadataError(`the metadata service answered ${response.status} for ${path}`);
  }

  async #getWithToken(path: string): Promise<Response> {
    this.#token ??= await this.#newToken();
    const headers = { "x-aws-ec2-metadata-token": this.#token };
    const response = await this.#fetch(path, { headers });
    if (response.status !== 401) return response;
    // The token has expired.
    this.#token = await this.#newToken();
    return this.#fetch(path, { headers: { "x-aws-ec2-metadata-token": this.#token } });
  }

  async #newToken(): Promise<string> {
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": String(tokenSeconds) };
    const response = await this.#fetch("api/token", { method: "PUT", headers });
    if (!response.ok) throw new MetadataError(`the metadata service answered ${response.status} for a token`);
    return response.text();
  }

  async #fetch(path: string, options: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.#endpoint}/latest/${path}`, {
        ...options,
        signal: AbortSignal.timeout(this.#answerMs),
      });
    } catch (cause) {
      throw new MetadataError(`the metadata service did not answer for ${path}`, { cause });
    }
  }
}
