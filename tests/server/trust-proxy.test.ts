import { Command } from 'commander';
import { afterEach, describe, expect, test } from 'vitest';
import { settings } from '../../src/cli/settings/options.js';
import { clientKey, type TrustedProxies } from '../../src/server/client-address.js';
import { geminiAnswers, startGeminiServer } from '../support/gemini-server.js';
import { serverNeeds, startServer } from '../support/server.js';
import { describeWith } from '../support/requirements.js';

describe('--trust-proxy', () => {
  afterEach(() => {
    delete process.env['EMOCHAT_TRUST_PROXY'];
  });

  function parsed(args: string[], variable?: string): unknown {
    if (variable !== undefined) process.env['EMOCHAT_TRUST_PROXY'] = variable;
    const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    return command.addOption(settings.trustProxy()).parse(args, { from: 'user' }).opts()['trustProxy'];
  }

  test('trusts nobody by default, and one proxy after a yes', () => {
    expect(parsed([])).toBe(0);
    expect(parsed(['--trust-proxy'])).toBe(1);
    expect(parsed(['--trust-proxy', 'no'])).toBe(0);
    expect(parsed([], 'true')).toBe(1);
    expect(parsed([], 'false')).toBe(0);
  });

  test('takes a number of proxies, or their addresses', () => {
    expect(parsed(['--trust-proxy', '2'])).toBe(2);
    expect(parsed(['--trust-proxy', '10.0.0.0/8, ::1'])).toEqual(['10.0.0.0/8', '::1']);
  });

  test.each(['perhaps', '-1', '1.5', '10.0.0.0/33', '10.0.0', 'fe80::/129', '10.0.0.1,', '999'])(
    'refuses %s',
    (value) => {
      expect(() => parsed([`--trust-proxy=${value}`])).toThrow();
    },
  );
});

test('a client is its address, of IPv6 its /64, whatever the proxy writes around it', () => {
  const same = (...addresses: string[]): void => {
    expect(new Set(addresses.map(clientKey)).size).toBe(1);
  };
  same('203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7:50123', '[::FFFF:203.0.113.7]:443');
  same('2001:db8:1:2::1', '2001:DB8:1:2:a:b:c:d', '[2001:db8:1:2:9::]:443', '2001:0db8:0001:0002::5%eth0');
  expect(clientKey('2001:db8:1:3::1')).not.toBe(clientKey('2001:db8:1:2::1'));
  expect(clientKey('::1')).not.toBe(clientKey('::2'));
  expect(clientKey('1::')).not.toBe(clientKey('2::'));
});

describeWith('the limit of a client behind proxies', serverNeeds, () => {
  const session = JSON.stringify({ context: 'Hola', emotions: ['Alegría'] });

  /** The statuses of one analysis for each `X-Forwarded-For`, with two a minute allowed. */
  async function statuses(trustedProxies: TrustedProxies, forwarded: string[]): Promise<number[]> {
    const gemini = await startGeminiServer();
    gemini.respondWith(geminiAnswers.text('Hola.'));
    const options = { analysesPerMinute: 2, trustedProxies, gemini: { apiKey: 'key', baseUrl: gemini.url } };
    const server = await startServer(options);
    const all: number[] = [];
    for (const header of forwarded) {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': header };
      const response = await fetch(`${server.url}analyze_session`, {
        method: 'POST',
        headers,
        body: session,
      });
      all.push(response.status);
    }
    await server.close();
    await gemini.close();
    return all;
  }
  const limited = [200, 200, 429, 429, 429, 429];
  const forged = Array.from({ length: 6 }, (_, i) => `198.51.100.${i}, 203.0.113.7`);

  test('is not escaped by entries of its own, behind one proxy and behind a named one', async () => {
    expect(await statuses(1, forged)).toEqual(limited);
    expect(await statuses(['127.0.0.1', '::1'], forged)).toEqual(limited);
  });

  test('holds where nobody is trusted, and where the peer is no trusted proxy', async () => {
    expect(await statuses(0, forged)).toEqual(limited);
    expect(await statuses(['10.0.0.0/8'], forged)).toEqual(limited);
  });

  test('is each client’s own behind two proxies', async () => {
    const clients = [
      '203.0.113.7',
      '203.0.113.7',
      '203.0.113.8',
      '203.0.113.8',
      '203.0.113.7',
      '203.0.113.8',
    ];
    const headers = clients.map((client) => `198.51.100.1, ${client}, 10.0.0.1`);
    expect(await statuses(2, headers)).toEqual([200, 200, 200, 200, 429, 429]);
  });
});
