import { allowedCores } from './lib/machine.mjs';
import { PinnedClient, PinnedServer } from './lib/pinned.mjs';
import { sizes } from './lib/pictures.mjs';
import { ms, sizeName, times } from './lib/report.mjs';
import { median, quantile } from './lib/statistics.mjs';

const clientCounts = [1, 2, 8, 32];

/** How long one turn of a contestant lasts, in milliseconds. */
const turn = 400;

/**
 * Whole requests to a real `emochat serve`, over connections that are kept open.
 *
 * The server that has one core is held to it with taskset, and so is its client: that core does everything. The other
 * server and its client share two cores in the same way. Both servers stay up and take turns.
 */
export const http = {
  name: 'http',
  about: 'peticiones HTTP · HTTP requests',
  programs: [],
  secondsPerRound: 3,

  async run({ pictures, models, rounds, report }) {
    const cores = allowedCores();
    const sides = [new Side(cores.slice(0, 1)), ...(cores.length > 1 ? [new Side(cores.slice(0, 2))] : [])];
    try {
      for (const side of sides) await side.start(models);
      const figures = await measure(sides, pictures, rounds);
      print(report, figures, sides.at(-1).cores.length);
      setGoal(report, figures);
      report.keep('http', { ...figures, cores: sides.map((side) => side.cores) });
    } finally {
      await Promise.all(sides.map((side) => side.stop()));
    }
  },
};

/** A server and its client on the same cores. */
class Side {
  constructor(cores) {
    this.cores = cores;
  }

  async start(models) {
    this.server = await PinnedServer.start(this.cores, models);
    this.client = new PinnedClient(this.cores);
  }

  async run(files, clients, duration) {
    return this.client.run({ url: this.server.url, files, clients, ms: duration });
  }

  async stop() {
    await this.client?.stop();
    await this.server?.stop();
  }
}

/** One face a picture, as the page sends them; if there is none of that kind, any. */
function filesOf(pictures, size) {
  const all = pictures.at(size);
  const ofOne = all.filter(({ kind }) => kind === 'one');
  return (ofOne.length > 0 ? ofOne : all).map(({ file }) => file);
}

async function measure(sides, pictures, rounds) {
  const usual = filesOf(pictures, sizes[1]);
  const alone = [];
  const together = clientCounts.map((clients) => ({ clients, rates: [], waits: [] }));
  const bySize = sizes.map((size) => ({ ...size, files: filesOf(pictures, size), waits: [] }));
  const last = sides.at(-1);
  for (const side of sides) await side.run(usual, 2, turn);
  for (let round = 0; round < rounds; round++) {
    alone.push(rateOf(await sides[0].run(usual, 1, turn)));
    for (const contestant of together) {
      const result = await last.run(usual, contestant.clients, turn);
      contestant.rates.push(rateOf(result));
      contestant.waits.push(...result.waits);
    }
    for (const contestant of bySize)
      contestant.waits.push(...(await last.run(contestant.files, 1, turn / 4)).waits);
  }
  const oneCore = median(alone);
  return {
    oneCore,
    byClients: together.map(({ clients, rates, waits }) => ({
      clients,
      framesPerSecond: median(rates),
      ratio: median(rates.map((rate, i) => rate / alone[i])),
      ...percentiles(waits),
    })),
    bySize: bySize.map(({ width, height, waits }) => ({ width, height, ...percentiles(waits) })),
  };
}

/** Frames a second. */
function rateOf({ ms: duration, waits }) {
  return (1000 * waits.length) / duration;
}

function percentiles(waits) {
  return { requests: waits.length, p50: quantile(waits, 0.5), p95: quantile(waits, 0.95) };
}

function print(report, { oneCore, byClients, bySize }, cores) {
  report.table(
    'Petición HTTP, un cliente · HTTP request, one client',
    ['', 'n', 'p50', 'p95'],
    bySize.map((size) => [sizeName(size), size.requests, ms(size.p50), ms(size.p95)]),
  );
  const note = '1 cliente, 1 núcleo · 1 client, 1 core';
  report.table(
    'Cuadros por segundo por HTTP, 640×480 · Frames a second through HTTP, 640×480',
    ['', '/s', `× ${note}`, 'p50', 'p95'],
    [
      [note, oneCore.toFixed(1), times(1), '', ''],
      ...byClients.map(({ clients, framesPerSecond, ratio, p50, p95 }) => [
        `${clients} ${clients === 1 ? 'cliente' : 'clientes'}, ${cores} núcleos · ${clients} client${clients === 1 ? '' : 's'}, ${cores} cores`,
        framesPerSecond.toFixed(1),
        times(ratio),
        ms(p50),
        ms(p95),
      ]),
    ],
  );
  report.note(
    'Servidor y cliente comparten esos núcleos (taskset) · Server and client share those cores (taskset)',
  );
}

function setGoal(report, { byClients }) {
  report.goal({
    what: '32 clientes, 2 núcleos · 32 clients, 2 cores',
    least: 1.8,
    unit: '× 1 client, 1 core',
    reached: byClients.at(-1).ratio,
  });
}
