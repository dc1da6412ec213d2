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
 * server and its client share two cores in the same way. Both servers stay up and take turns. How much of its cores a side
 * was given is told beside its figures: on a busy machine that is less than all, and then they are not what they could be.
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
      const cores = sides.at(-1).cores.length;
      const most = figures.byClients.at(-1);
      // What the ratio comes to if nobody else wants the cores, and none of them waits.
      const byProcessorTime = (cores * figures.oneCore.processorPerFrame) / most.processorPerFrame;
      print(report, figures, cores);
      report.note(
        `Por el tiempo de procesador de un cuadro, ${most.clients} clientes en ${cores} núcleos dan ${times(byProcessorTime)} · By a frame's processor time ${most.clients} clients on ${cores} cores come to ${times(byProcessorTime)}`,
      );
      setGoal(report, figures, byProcessorTime);
      report.keep('http', { ...figures, byProcessorTime, cores: sides.map((side) => side.cores) });
    } finally {
      await Promise.all(sides.map((side) => side.stop()));
    }
  },
};

/**
 * Milliseconds that passed and that the processor worked for server and client, and how long each request took.
 * @typedef {{ ms: number, processor: number, waits: number[] }} Turn
 */

/** A server and its client on the same cores. */
class Side {
  constructor(cores) {
    this.cores = cores;
  }

  async start(models) {
    this.server = await PinnedServer.start(this.cores, models);
    this.client = new PinnedClient(this.cores);
  }

  /** @returns {Promise<Turn>} */
  async run(files, clients, duration) {
    const before = this.#processorTime();
    const { ms, waits } = await this.client.run({ url: this.server.url, files, clients, ms: duration });
    return { ms, waits, processor: this.#processorTime() - before };
  }

  #processorTime() {
    return this.server.processorTime + this.client.processorTime;
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
  const [alone, last] = [sides[0], sides.at(-1)];
  const together = clientCounts.map((clients) => ({ clients, turns: [] }));
  const bySize = sizes.map((size) => ({ ...size, files: filesOf(pictures, size), turns: [] }));
  const oneCore = [];
  for (const side of sides) await side.run(usual, 2, turn);
  for (let round = 0; round < rounds; round++) {
    oneCore.push(await alone.run(usual, 1, turn));
    for (const { clients, turns } of together) turns.push(await last.run(usual, clients, turn));
    for (const { files, turns } of bySize) turns.push(await last.run(files, 1, turn / 4));
  }
  return {
    oneCore: summary(oneCore, oneCore),
    byClients: together.map(({ clients, turns }) => ({ clients, ...summary(turns, oneCore) })),
    bySize: bySize.map(({ width, height, turns }) => ({ width, height, ...percentiles(turns) })),
  };
}

/** Frames a second. @param {Turn} turn */
function rateOf({ ms: duration, waits }) {
  return (1000 * waits.length) / duration;
}

/** @param {Turn[]} turns @param {Turn[]} yardstick its turns in the same rounds. */
function summary(turns, yardstick) {
  const sum = (value) => turns.reduce((total, one) => total + value(one), 0);
  const frames = sum(({ waits }) => waits.length);
  const processor = sum((one) => one.processor);
  return {
    framesPerSecond: median(turns.map(rateOf)),
    ratio: median(turns.map((one, i) => rateOf(one) / rateOf(yardstick[i]))),
    processorPerFrame: processor / frames,
    coresGiven: processor / sum(({ ms: duration }) => duration),
    ...percentiles(turns),
  };
}

/** @param {Turn[]} turns */
function percentiles(turns) {
  const waits = turns.flatMap((one) => one.waits);
  return { requests: waits.length, p50: quantile(waits, 0.5), p95: quantile(waits, 0.95) };
}

function print(report, { oneCore, byClients, bySize }, cores) {
  report.table(
    'Petición HTTP, un cliente · HTTP request, one client',
    ['', 'n', 'p50', 'p95'],
    bySize.map((size) => [sizeName(size), size.requests, ms(size.p50), ms(size.p95)]),
  );
  const row = (name, { framesPerSecond, ratio, processorPerFrame, coresGiven, p50, p95 }) => [
    ...[name, framesPerSecond.toFixed(1), times(ratio), ms(p50), ms(p95)],
    ...[ms(processorPerFrame), coresGiven.toFixed(2)],
  ];
  report.table(
    'Cuadros por segundo por HTTP, 640×480 · Frames a second through HTTP, 640×480',
    ['', '/s', '×', 'p50', 'p95', 'CPU', 'núcleos tenidos · cores given'],
    [
      row('1 cliente, 1 núcleo · 1 client, 1 core', oneCore),
      ...byClients.map((one) => row(`${clientsName(one.clients)}, ${cores} núcleos · cores`, one)),
    ],
  );
  report.note(
    'Servidor y cliente comparten esos núcleos (taskset) · Server and client share those cores (taskset)',
  );
}

function clientsName(count) {
  return count === 1 ? '1 cliente · client' : `${count} clientes · clients`;
}

function setGoal(report, { oneCore, byClients }, byProcessorTime) {
  const most = byClients.at(-1);
  report.goal({
    what: '32 clientes, 2 núcleos · 32 clients, 2 cores',
    least: 1.8,
    unit: '× 1 client, 1 core',
    reached: most.ratio,
    remark: `${most.coresGiven.toFixed(1)} : ${oneCore.coresGiven.toFixed(1)} núcleos tenidos · cores given; CPU: ${times(byProcessorTime)}`,
  });
}
