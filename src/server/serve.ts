import type { AddressInfo } from 'node:net';
import { UserError } from '../common/user-error.js';
import type { App } from './app-type.js';

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
    return new UserError('PORT_IN_USE', {
      es: `El puerto ${port} ya está en uso: quizá EmoChat ya está abierto. Elige otro: --port ${otherPort(port)}`,
      en: `Port ${port} is already in use: perhaps EmoChat is running already. Choose another: --port ${otherPort(port)}`,
    });
  }
  if (code === 'EACCES') {
    return new UserError('PORT_FORBIDDEN', {
      es: `No tienes permiso para usar el puerto ${port}. Elige uno desde 1024: --port 5000`,
      en: `You may not use port ${port}. Choose one from 1024 up: --port 5000`,
    });
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN') {
    return new UserError('HOST_UNKNOWN', {
      es: `«${host}» no es una dirección de esta máquina. Para usarlo solo aquí: --host localhost`,
      en: `"${host}" is no address of this machine. To use it here only: --host localhost`,
    });
  }
  return error;
}

function otherPort(port: number): number {
  return port < 65_535 ? port + 1 : port - 1;
}
