import { createHash } from 'node:crypto';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';

/** How a server answers one request for `bytes`. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;

/**
 * A real HTTP server with files and their `SHA256SUMS`. It resumes by byte range like any web server, unless `next`
 * holds other behaviours: each request for a file (not for the sums) takes one.
 */
export class FileServer {
  /** One entry a request: path, and the `Range` it asked for. */
  readonly requests: { path: string; range: string | undefined }[] = [];
  readonly next: Behaviour[] = [];
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #server: Server;

  private constructor(files: Readonly<Record<string, Buffer>>, sums?: string) {
    const all = new Map(Object.entries(files));
    this.#files = all.set('SHA256SUMS', Buffer.from(sums ?? sumsOf(files)));
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Starts on a free port. `sums` in place of the true `SHA256SUMS`. */
  static async start(files: Readonly<Record<string, Buffer>>, sums?: string): Promise<FileServer> {
    const server = new FileServer(files, sums);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The ranges asked for, one a request for a file, in order. */
  get ranges(): (string | undefined)[] {
    return this.requests.filter(({ path }) => path !== '/SHA256SUMS').map(({ range }) => range);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    this.requests.push({ path, range: request.headers.range });
    const bytes = this.#files.get(path.slice(1));
    if (!bytes) {
      response.writeHead(404).end();
      return;
    }
    const behaviour = path === '/SHA256SUMS' ? serve : (this.next.shift() ?? serve);
    behaviour(request, response, bytes);
  }
}

/** A server that takes every connection and says nothing. */
export class SilentServer {
  /** How many connections it has taken. */
  connections = 0;
  readonly #open = new Set<Socket>();
  readonly #server = createSocketServer((socket) => {
    this.connections++;
    this.#open.add(socket.resume().on('error', () => undefined));
  });

  /** Starts on a free port. */
  static async start(): Promise<SilentServer> {
    const server = new SilentServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A proxy as `HTTP_PROXY` names one: it passes on plain requests and refuses tunnels. */
export class ProxyServer {
  /** What it was asked for: an address, or the host and port of a tunnel. */
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    const address = request.url ?? '';
    this.asked.push(address);
    const passOn = httpRequest(address, { headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passOn.on('error', () => response.destroy()));
  });

  /** Starts on a free port. */
  static async start(): Promise<ProxyServer> {
    const proxy = new ProxyServer();
    proxy.#server.on('connect', (request, socket: Socket) => {
      proxy.asked.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Host and port. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What `sha256sum` prints for the files. */
export function sumsOf(files: Readonly<Record<string, Buffer>>): string {
  const line = ([name, bytes]: [string, Buffer]): string =>
    `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
  return Object.entries(files).map(line).join('');
}

/** The whole file, or the range asked for. */
export const serve: Behaviour = (request, response, bytes) => {
  const from = rangeStart(request);
  if (from === undefined) return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  if (from >= bytes.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  }
  response.writeHead(206, {
    'content-length': bytes.length - from,
    'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
  });
  response.end(bytes.subarray(from));
};

/** The whole file, whatever was asked for. */
export const ignoreRange: Behaviour = (_request, response, bytes) => {
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
};

/** The whole file without saying how long it is. */
export const chunked: Behaviour = (_request, response, bytes) => {
  response.writeHead(200);
  response.end(bytes);
};

/** The head and `count` bytes, then a broken connection. */
export function breakAfter(count: number): Behaviour {
  return (request, response, bytes) => sendPart(request, response, bytes, count, () => response.destroy());
}

/** The head and `count` bytes, then silence. */
export function stallAfter(count: number): Behaviour {
  return (request, response, bytes) => sendPart(request, response, bytes, count, () => undefined);
}

/** No file, but a status. */
export function status(code: number, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => void response.writeHead(code, headers).end();
}

function sendPart(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  count: number,
  then: () => void,
): void {
  const from = rangeStart(request) ?? 0;
  const head = { 'content-length': bytes.length - from };
  const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from > 0 ? 206 : 200, from > 0 ? { ...head, ...range } : head);
  // A little later, so that what was sent has left the machine before the connection goes.
  response.write(bytes.subarray(from, from + count), () => setTimeout(then, 50));
}

function rangeStart(request: IncomingMessage): number | undefined {
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  return match ? Number(match[1]) : undefined;
}
