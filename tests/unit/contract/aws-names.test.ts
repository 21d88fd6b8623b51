import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseStageConfig } from "../../../shared/config.ts";

const example = JSON.parse(readFileSync("config/example.json", "utf8")) as Record<string, unknown>;
const parsed = (change: Record<string, unknown>) => () =>
  parseStageConfig(JSON.stringify({ ...example, ...change }), "config/prod.json");
const ssh = (change: Record<string, unknown>) => ({
  ssh: { key_pair: "mine", cidr: "203.0.113.0/24", ...change },
});
const worker = (change: Record<string, unknown>) => ({ worker: change });

test.each<[what: string, change: Record<string, unknown>, path: string, reason: RegExp]>([
  ["a bucket in upper case", { bucket: "My-Music" }, "bucket", /lowercase/],
  ["a bucket with an underscore", { bucket: "my_music" }, "bucket", /lowercase/],
  ["a bucket of two characters", { bucket: "ab" }, "bucket", /3 to 63/],
  ["a bucket of 64 characters", { bucket: "a".repeat(64) }, "bucket", /3 to 63/],
  ["a bucket with two dots in a row", { bucket: "my..music" }, "bucket", /dot beside another dot/],
  ["a bucket that looks like an address", { bucket: "192.168.5.4" }, "bucket", /IP address/],
  ["a bucket that ends in a hyphen", { bucket: "music-" }, "bucket", /at both ends/],
  [
    "a bucket with a reserved beginning",
    { bucket: "sthree-music" },
    "bucket",
    /in a way that S3 keeps for itself/,
  ],
  [
    "a bucket with a reserved end",
    { bucket: "music-s3alias" },
    "bucket",
    /in a way that S3 keeps for itself/,
  ],
  ["an image id of nine digits", { ami_id: "ami-012345678" }, "ami_id", /AMI id such as/],
  ["an image's name", { ami_id: "musicgen-worker-v3" }, "ami_id", /AMI id such as/],
  ["a region's title", { region: "Frankfurt" }, "region", /region such as eu-central-1/],
  ["a zone for a region", { region: "eu-central-1a" }, "region", /region such as eu-central-1/],
  ["a type without a size", { instance_type: "g4dn" }, "instance_type", /such as g4dn.xlarge/],
  ["a type with a blank", { instance_type: "g4dn.xlarge " }, "instance_type", /such as g4dn.xlarge/],
  ["a device without its folder", { root_device: "xvda" }, "root_device", /such as \/dev\/sda1/],
  ["no zones", { zones: undefined }, "zones", /must name the availability zones to launch into/],
  ["a number of zones", { zones: 3 }, "zones", /must name the availability zones to launch into/],
  ["an empty list of zones", { zones: [] }, "zones", /at least one zone/],
  ["a zone's id", { zones: ["euc1-az1"] }, "zones.0", /such as eu-central-1a/],
  ["a local zone", { region: "us-west-2", zones: ["us-west-2-lax-1a"] }, "zones.0", /such as eu-central-1a/],
  ["a zone of another region", { zones: ["eu-west-1a"] }, "zones", /eu-west-1a is not in eu-central-1/],
  ["a zone twice", { zones: ["eu-central-1a", "eu-central-1a"] }, "zones", /names a zone twice/],
  ["a key pair's name with an umlaut", ssh({ key_pair: "schlüssel" }), "ssh.key_pair", /ASCII/],
  ["a key pair's name with a blank at its end", ssh({ key_pair: "mine " }), "ssh.key_pair", /ASCII/],
  ["a key pair's name of 256 characters", ssh({ key_pair: "k".repeat(256) }), "ssh.key_pair", /255/],
  ["port 22 for everybody", ssh({ cidr: "0.0.0.0/0" }), "ssh.cidr", /to everybody/],
  ["an address for a range", ssh({ cidr: "203.0.113.7" }), "ssh.cidr", /range of IPv4 addresses/],
  ["a range of IPv6", ssh({ cidr: "2001:db8::/32" }), "ssh.cidr", /range of IPv4 addresses/],
  [
    "a range with address bits past its prefix",
    ssh({ cidr: "203.0.113.7/24" }),
    "ssh.cidr",
    /past its prefix/,
  ],
  ["logs kept for ten days", { log_retention_days: 10 }, "log_retention_days", /takes: 1, 3, 5, 7, 14/],
  ["logs kept for no day", { log_retention_days: 0 }, "log_retention_days", /takes: 1, 3, 5, 7, 14/],
  ["a bid of less than EC2 takes", { max_spot_price_usd: 0.0000001 }, "max_spot_price_usd", /0\.001/],
  ["half a second's visibility", worker({ visibility_seconds: 30.5 }), "worker.visibility_seconds", /int/],
  [
    "a visibility over SQS's 12 hours",
    worker({ visibility_seconds: 43_201 }),
    "worker.visibility_seconds",
    /43200/,
  ],
])("%s is refused with its reason", (_what, change, path, reason) => {
  expect(parsed(change)).toThrow(reason);
  expect(parsed(change)).toThrow(`  ${path}: `);
});

test.each<[what: string, change: Record<string, unknown>]>([
  ["a bucket with dots", { bucket: "music.example.com" }],
  ["an image of the old kind", { ami_id: "ami-01234567" }],
  ["a government's region", { region: "us-gov-west-1", zones: ["us-gov-west-1a"] }],
  ["a region of two zones", { region: "us-west-1", zones: ["us-west-1c", "us-west-1a"] }],
  ["one address for ssh", ssh({ cidr: "203.0.113.7/32" })],
  ["a key pair's name with a blank inside", ssh({ key_pair: "my laptop@home" })],
  ["logs of ten years", { log_retention_days: 3653 }],
  ["Amazon Linux's root device", { root_device: "/dev/xvda" }],
])("%s is taken", (_what, change) => {
  expect(parsed(change)).not.toThrow();
});
