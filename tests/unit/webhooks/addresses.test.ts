import { describe, expect, test } from "vitest";
import { addressIn, isPublicAddress } from "../../../shared/webhooks/addresses.ts";
import { receiverFault } from "../../../shared/webhooks/receiver.ts";

const notPublic = "leads to an address that is not public; webhooks go to public addresses only";

const refused: readonly (readonly [kind: string, address: string])[] = [
  ["loopback", "127.0.0.1"],
  ["loopback, not the first", "127.255.255.254"],
  ["this host", "0.0.0.0"],
  ["this network", "0.1.2.3"],
  ["private, class A", "10.0.0.1"],
  ["private, class B", "172.16.0.1"],
  ["private, the last of class B", "172.31.255.255"],
  ["private, class C", "192.168.1.1"],
  ["carrier-grade NAT", "100.64.0.1"],
  ["Alibaba's metadata", "100.100.100.200"],
  ["link-local", "169.254.0.1"],
  ["EC2's metadata", "169.254.169.254"],
  ["the metadata of a container's role", "169.254.170.2"],
  ["Azure's metadata", "168.63.129.16"],
  ["Oracle's metadata", "192.0.0.192"],
  ["multicast", "224.0.0.1"],
  ["the last multicast", "239.255.255.255"],
  ["broadcast", "255.255.255.255"],
  ["reserved", "240.0.0.1"],
  ["documentation", "192.0.2.1"],
  ["documentation, the second", "198.51.100.1"],
  ["documentation, the third", "203.0.113.1"],
  ["benchmarks", "198.18.0.1"],
  ["the 6to4 relay", "192.88.99.1"],
  ["IPv6 loopback", "::1"],
  ["IPv6 unspecified", "::"],
  ["IPv6 link-local", "fe80::1"],
  ["IPv6 link-local with a zone", "fe80::1%eth0"],
  ["IPv6 unique local", "fc00::1"],
  ["EC2's metadata in IPv6", "fd00:ec2::254"],
  ["IPv6 site-local", "fec0::1"],
  ["IPv6 multicast", "ff02::1"],
  ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
  ["IPv4-mapped metadata, in hexadecimal", "::ffff:a9fe:a9fe"],
  ["IPv4-compatible loopback", "::127.0.0.1"],
  ["IPv4-translated", "::ffff:0:10.0.0.1"],
  ["NAT64 of loopback", "64:ff9b::7f00:1"],
  ["NAT64 of a public address", "64:ff9b::808:808"],
  ["NAT64 of a network's own", "64:ff9b:1::a00:1"],
  ["6to4 of a private address", "2002:a00:1::1"],
  ["Teredo", "2001:0:a00:1::1"],
  ["IPv6 documentation", "2001:db8::1"],
  ["IPv6 documentation, the newer", "3fff::1"],
  ["IPv6 discard", "100::1"],
  ["IPv6 benchmarks", "2001:2::1"],
  ["segment routing", "5f00::1"],
  ["outside what IPv6 hands out", "4000::1"],
  ["no address", "example.com"],
  ["nothing", ""],
];

describe("isPublicAddress", () => {
  test.each(refused)("refuses %s: %s", (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    "8.8.8.8",
    "93.184.215.14",
    "172.32.0.1",
    "100.128.0.1",
    "169.253.1.1",
    "2606:4700::1111",
    "2a00:1450:4001:80b::200e",
    "::ffff:8.8.8.8",
  ])("takes the public address %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("receiverFault", () => {
  const unasked = () => Promise.reject(new Error("nobody is asked"));
  const resolving =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(addresses);

  test.each([
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1:8443/hooks",
  ])("refuses %s without asking for its address: it is one", async (url) => {
    expect(await receiverFault(url, unasked, false)).toBe(notPublic);
  });

  test("refuses plain http, whatever its host", async () => {
    expect(await receiverFault("http://example.com/", unasked, false)).toBe("must be https");
  });

  test.each(["https://localhost/", "https://localhost./", "https://metadata.google.internal/"])(
    "refuses %s by the addresses of its name",
    async (url) => {
      expect(await receiverFault(url, resolving("127.0.0.1"), false)).toBe(notPublic);
    },
  );

  test("refuses a name with one bad address among good ones: the socket might take that one", async () => {
    expect(await receiverFault("https://example.com/", resolving("8.8.8.8", "10.0.0.1"), false)).toBe(
      notPublic,
    );
  });

  test("refuses a name without an address", async () => {
    expect(await receiverFault("https://nowhere.example/", unasked, false)).toBe(
      "the host nowhere.example has no address",
    );
    expect(await receiverFault("https://nowhere.example/", resolving(), false)).toBe(notPublic);
  });

  test("takes a public name and a public address over https", async () => {
    expect(await receiverFault("https://example.com/hooks?a=1", resolving("8.8.8.8"), false)).toBeNull();
    expect(await receiverFault("https://8.8.8.8/", unasked, false)).toBeNull();
    expect(await receiverFault("https://[2606:4700::1111]/", unasked, false)).toBeNull();
  });

  test("takes anything on a stage with insecure_webhooks", async () => {
    expect(await receiverFault("http://127.0.0.1:8080/", unasked, true)).toBeNull();
  });
});

test.each([
  ["https://[::1]:8443/", "::1"],
  ["https://127.1/", "127.0.0.1"],
  ["https://example.com/", null],
])("the address in %s is %s", (url, address) => {
  expect(addressIn(new URL(url))).toBe(address);
});
