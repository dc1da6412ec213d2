import { TransferError } from './transfer-error.js';

/** Proxies as the environment names them; addresses of http or https proxies, with or without `http://`. */
export interface Proxies {
  /** For `http:` addresses. */
  readonly http?: string | undefined;
  /** For `https:` addresses. */
  readonly https?: string | undefined;
  /** Hosts that are asked directly, separated by commas, as `NO_PROXY` lists them. */
  readonly except?: string | undefined;
}

/** What is used of an answer. */
export interface FetchedResponse {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: { getReader(): Pick<ReadableStreamDefaultReader<Uint8Array>, 'read'> } | null;
}

/** The way that requests take. */
export interface Route {
  fetch(url: URL, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<FetchedResponse>;
  /** Ends its connections. */
  close(): void;
}

const directRoute: Route = { fetch: (url, init) => fetch(url, init), close: () => undefined };

/**
 * The way through the proxies, or the direct one if there are none. Node 20's own `fetch` knows no proxy.
 * @throws TransferError if a proxy has no address that can be used.
 */
export async function routeThrough({ http, https, except }: Proxies = {}): Promise<Route> {
  if (http === undefined && https === undefined) return directRoute;
  // Loading it takes a tenth of a second, which a start without a proxy is spared.
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent({
    // As every other client does: only https addresses need a tunnel, and many proxies allow no other.
    proxyTunnel: false,
    httpProxy: proxyAddress('HTTP_PROXY', http),
    httpsProxy: proxyAddress('HTTPS_PROXY', https),
    noProxy: except ?? '',
  });
  return {
    fetch: (url, init) => undici.fetch(url, { ...init, dispatcher }),
    close: () => void dispatcher.destroy(),
  };
}

/** An empty text for no proxy: with none at all the agent would look into the environment. */
function proxyAddress(name: string, proxy: string | undefined): string {
  if (proxy === undefined) return '';
  const address = proxy.includes('://') ? proxy.trim() : `http://${proxy.trim()}`;
  // The address is not shown: it may hold a password.
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new TransferError(`${name}: not an http or https address`, 'never');
  }
  return address;
}
