import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app-type.js';
import { matcher, ownNames, plainName, type NameTest } from '../host-names.js';
import type { Message } from '../../common/user-error.js';
import { RequestError } from '../request-error.js';
import { texts } from '../texts.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered under whatever name it is asked, for probes: it must tell nothing and do nothing. */
    anyHost?: boolean;
  }
}

export interface HostOptions {
  /** What the server listens on, a name or an address. */
  host: string;
  /** More names of this server, as {@link hostPattern} gives them: behind a proxy, on a network. */
  allowedHosts: readonly string[];
}

interface Authority {
  name: string;
  /** Empty: the default port of the protocol. */
  port: string;
}

/**
 * Refuses requests that another web page makes through its visitor's browser:
 *
 * - a `Host` that is no name of ours (421). A page may let its own name point to this machine (DNS rebinding), and would then
 *   be of the same origin as the answers. Addresses cannot be bent so; they are always taken.
 * - an `Origin` that is neither that of the `Host`, port included, nor of an allowed name (403), on any method; so web sockets
 *   of other pages, too. `null` is the origin of files and sandboxes. Where there is no `Origin`, requests that change or
 *   cost something are refused if `Sec-Fetch-Site` tells of another site.
 *
 * `X-Forwarded-Host` is never looked at: pages can send it. Programs, which send neither `Origin` nor `Sec-Fetch-Site`, are
 * held to the `Host` alone.
 */
export function addKnownHosts(app: App, options: HostOptions): void {
  const isOwn = matcher([...ownNames(options.host), ...options.allowedHosts]);
  const isAllowed = matcher(options.allowedHosts);

  app.addHook('onRequest', (request, _reply, next) => {
    next(request.routeOptions.config.anyHost === true ? undefined : refusal(request, isOwn, isAllowed));
  });
}

function refusal(request: FastifyRequest, isOwn: NameTest, isAllowed: NameTest): RequestError | undefined {
  const header = request.headers.host;
  const host = header === undefined ? undefined : authorityOf(header);
  // Only HTTP/1.0 may leave it out, which no browser speaks.
  if (header !== undefined && (host === undefined || !(isIP(host.name) > 0 || isOwn(host.name)))) {
    return unknownHost(host?.name ?? '');
  }
  const foreign = foreignOrigin(request, host, isAllowed);
  return foreign === undefined ? undefined : otherPage(foreign);
}

/** Name and port of a `Host` header; `undefined` if it is none. */
function authorityOf(header: string): Authority | undefined {
  const [, name, port = ''] = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d*))?$/i.exec(header.trim()) ?? [];
  return name === undefined ? undefined : { name: plainName(name), port };
}

/** The other site that a request comes from, for people to read. */
function foreignOrigin(
  { headers, method }: FastifyRequest,
  host: Authority | undefined,
  isAllowed: NameTest,
): string | undefined {
  const { origin } = headers;
  if (origin !== undefined) {
    return isSameOrigin(origin, host) || isAllowed(nameOf(origin)) ? undefined : nameOf(origin);
  }
  const site = headers['sec-fetch-site'];
  const harmless = method === 'GET' || method === 'HEAD';
  return !harmless && (site === 'cross-site' || site === 'same-site') ? '' : undefined;
}

function isSameOrigin(origin: string, host: Authority | undefined): boolean {
  if (host === undefined || !/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  const usual = url.protocol === 'https:' ? '443' : '80';
  return plainName(url.hostname) === host.name && (url.port || usual) === (host.port || usual);
}

function nameOf(origin: string): string {
  return /^https?:/.test(origin) && URL.canParse(origin) ? plainName(new URL(origin).hostname) : '';
}

function unknownHost(name: string): RequestError {
  const { quoted, flag } = forPeople(name);
  return new RequestError(421, 'HOST_UNKNOWN', texts.unknownHost(quoted, flag));
}

function otherPage(name: string): RequestError {
  const { quoted, flag } = forPeople(name);
  return new RequestError(403, 'ORIGIN_FOREIGN', texts.otherPage(quoted, flag));
}

function forPeople(name: string): { quoted: Message; flag: string } {
  const known = /^[\w.:-]{1,253}$/.test(name);
  return {
    quoted: known ? texts.quoted(name) : texts.unknown,
    flag: `--allow-host ${known ? name : '…'} (EMOCHAT_ALLOWED_HOSTS)`,
  };
}
