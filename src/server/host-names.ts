import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from './serve.js';

export type NameTest = (name: string) => boolean;

/**
 * A name for `allowedHosts` in the form in which browsers send it: lower case, without a dot at its end, in ASCII;
 * `*.example.com` stands for all names below.
 * @returns `undefined` if it is no host name and no address: a URL, a port, a blank.
 */
export function hostPattern(text: string): string | undefined {
  const [, wildcard = '', name = ''] = /^(\*\.)?(.+)$/.exec(text.trim()) ?? [];
  const bracketed = isIP(name) === 6 ? `[${name}]` : name;
  if (!/^(\[[^\]]+\]|[^\s:/?#@[\]*]+)$/.test(bracketed) || !URL.canParse(`http://${bracketed}`))
    return undefined;
  return `${wildcard}${plainName(new URL(`http://${bracketed}`).hostname)}`;
}

/** Names that a server that listens on `host` has without being told: those that only this machine and its network have. */
export function ownNames(host: string): string[] {
  const machine = isLoopback(host) ? [] : [host, hostname(), `${hostname()}.local`];
  const names = machine.map((name) => hostPattern(name)).filter((name) => name !== undefined);
  // Browsers ask no name server for these.
  return ['localhost', '*.localhost', ...names];
}

/** Tests a plain name against the forms that {@link hostPattern} gives. */
export function matcher(patterns: readonly string[]): NameTest {
  const names = new Set(patterns);
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  return (name) => names.has(name) || endings.some((ending) => name.endsWith(ending));
}

/** A host name as it is compared: lower case, no brackets, no dot at its end. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
