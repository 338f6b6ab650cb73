import ipaddr from 'ipaddr.js';

/** An address on the internet; addresses of different versions cannot be compared. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Ranges that say nothing about where somebody is: inside a network, or no address of a host at all. */
const nowhere = new Set([
  'private',
  'uniqueLocal',
  'carrierGradeNat',
  'linkLocal',
  'loopback',
  'unspecified',
  'broadcast',
  'multicast',
]);

/** True for a whole address: the library would read `1` as one, too. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/**
 * The public address that a record's `sourceIPAddress` is; null for private ones (a VPC endpoint shows them), names of
 * services and `AWS Internal`. Documentation ranges count as public.
 */
export function publicAddress(text: string): Address | null {
  if (!isAddress(text)) return null;
  const address = ipaddr.process(text);
  return nowhere.has(address.range()) ? null : address;
}

/** What one line, or one pair of gateways, has its addresses from: `192.0.2.0/24`, of IPv6 a /48. */
export function networkOf(address: Address): string {
  return address.kind() === 'ipv4'
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`)}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/48`)}/48`;
}

/** True when the address lies in the range: `203.0.113.0/24`, `2001:db8::/32`, or one address. */
export function isInRange(address: Address, cidr: string): boolean {
  const range = rangeOf(cidr);
  return (
    range !== null && address.kind() === range[0].kind() && address.match(range as [ipaddr.IPv4, number])
  );
}

/** Null when the text is no range of addresses: the library would read `203.0.113/24` as one, of another network. */
export function rangeOf(cidr: string): [Address, number] | null {
  if (!isAddress(cidr.split('/')[0]!)) return null;
  if (ipaddr.isValidCIDR(cidr)) return ipaddr.parseCIDR(cidr);
  if (!isAddress(cidr)) return null;
  const address = ipaddr.parse(cidr);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
