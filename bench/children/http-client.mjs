/**
 * A client that keeps its connections open, in a process of its own, so that it can be held to certain cores. For each
 * message `{ url, files, clients, ms }` it posts the pictures to /predict, as many at once as there are clients, for that
 * long, and answers with the time that passed until the last answer came and how long each request took, in milliseconds.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const bodies = new Map();

function bodyOf(file) {
  const body = bodies.get(file) ?? readFileSync(file);
  bodies.set(file, body);
  return body;
}

function post(url, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'image/jpeg', 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
      response.resume();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function run({ url, files, clients, ms }) {
  const target = new URL('predict', url);
  const waits = [];
  const start = performance.now();
  let next = 0;
  const client = async () => {
    do {
      const body = bodyOf(files[next++ % files.length]);
      const sent = performance.now();
      await post(target, body);
      waits.push(performance.now() - sent);
    } while (performance.now() - start < ms);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { ms: performance.now() - start, waits };
}

process.on('message', async (task) => {
  try {
    process.send(await run(task));
  } catch (error) {
    process.send({ error: error.message });
  }
});
