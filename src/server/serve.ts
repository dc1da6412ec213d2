import type { AddressInfo } from 'node:net';
import { UserError } from '../common/user-error.js';
import type { App } from './app-type.js';
import { texts } from './texts.js';

/**
 * Starts to listen.
 * @param at.port 0 picks a free one.
 * @returns the address to open in a browser on this machine, e.g. `http://127.0.0.1:5000/`.
 * @throws UserError `PORT_IN_USE`, `PORT_FORBIDDEN`, `HOST_UNKNOWN`
 */
export async function listen(app: App, at: { host: string; port: number }): Promise<string> {
  try {
    await app.listen(at);
  } catch (error) {
    throw listenError(error, at);
  }
  const { port } = app.server.address() as AddressInfo;
  return `http://${browserHost(at.host)}:${port}/`;
}

/** True if only programs of this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function browserHost(host: string): string {
  if (host === 'localhost' || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function listenError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new UserError('PORT_IN_USE', texts.portInUse(port, otherPort(port)));
  }
  if (code === 'EACCES') {
    return new UserError('PORT_FORBIDDEN', texts.portForbidden(port));
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN') {
    return new UserError('HOST_UNKNOWN', texts.hostUnknown(host));
  }
  return error;
}

function otherPort(port: number): number {
  return port < 65_535 ? port + 1 : port - 1;
}
