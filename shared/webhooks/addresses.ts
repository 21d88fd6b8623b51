/** Which addresses webhooks may go to: those that everyone on the internet may reach, and no others. */
import ipaddr from "ipaddr.js";

/** IPv6 hands out global addresses from this block alone. All else is local, or leads to another network's addresses. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** Public by its number, and the inside of a data center all the same: Azure's metadata and DNS. */
const metadataAddresses: ReadonlySet<string> = new Set(["168.63.129.16"]);

/**
 * Whether anyone may be sent a request at this address. False for private, loopback, link-local (and so EC2's metadata),
 * carrier-grade NAT, multicast and reserved ones, for those that carry an IPv4 address in IPv6 (NAT64, 6to4, Teredo), and
 * for text that is no address. An IPv4-mapped address counts as what it maps.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv6
    ? address.match(globalUnicast)
    : !metadataAddresses.has(address.toString());
}

/** The address that a URL names in place of a host's name; null: it has a name. */
export function addressIn(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(host) ? host : null;
}
