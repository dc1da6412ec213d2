import { isIPv6 } from 'node:net';

/** How many proxies of one's own stand in front, or their addresses (CIDR allowed); 0 and an empty list: none. */
export type TrustedProxies = number | readonly string[];

/**
 * Fastify's `trustProxy`: the client is the first entry of `X-Forwarded-For`, counted from the right, that no trusted proxy
 * wrote. What stands left of it is the client's own word. Fastify itself takes no number, because it cannot know whether the
 * peer is a proxy at all; whoever gives a number says that nobody reaches this server but through so many of them.
 */
export function trustOf(
  proxies: TrustedProxies,
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof proxies === 'number') return proxies > 0 && ((_address, hop) => hop < proxies);
  return proxies.length > 0 && [...proxies];
}

/**
 * What one client is for a limit: its address; of IPv6 the /64, which one household has to itself. A port beside it, as
 * some proxies write it, is no other client, and `::ffff:1.2.3.4` is 1.2.3.4.
 *
 * @param address as `request.ip` gives it.
 */
export function clientKey(address: string): string {
  const text = address.trim().toLowerCase();
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const plain = bare.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/, '');
  return isIPv6(plain) ? network(plain) : plain;
}

/** The first four groups of an IPv6 address; all eight where the first four are zeros, which are nobody's network. */
function network(address: string): string {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  const prefix = [...left, ...zeros, ...right].slice(0, 4);
  return prefix.every((group) => group === '0') ? canonical : `${prefix.join(':')}::/64`;
}
