/**
 * Cameras of `/live`, in a process of its own. For each message `{ url, frames, streams, ms }` it opens so many WebSockets,
 * begun over one second, sends each the frames in turn, 15 a second, and answers with how long every frame waited from when it was due to its
 * answer, in milliseconds, and how many were left out because the one before was still under way.
 */
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import WebSocket from 'ws';

const period = 1000 / 15;

async function openCamera(url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}live`, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Films until `end`; the first frame is due at `start`. */
async function film(socket, frames, start, end) {
  const waits = [];
  let skipped = 0;
  let dueAt;
  socket.on('message', (data) => {
    const answer = JSON.parse(data.toString());
    if (answer.error !== undefined) skipped++;
    else waits.push(performance.now() - dueAt);
    dueAt = undefined;
  });
  for (let i = 0; start + i * period < end; i++) {
    const due = start + i * period;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    if (dueAt !== undefined) {
      skipped++;
      continue;
    }
    dueAt = due;
    socket.send(frames[i % frames.length]);
  }
  if (dueAt !== undefined) await once(socket, 'message');
  socket.close();
  return { waits, skipped };
}

async function run({ url, frames, streams, ms }) {
  const bytes = frames.map((file) => readFileSync(file));
  const sockets = await Promise.all(Array.from({ length: streams }, () => openCamera(url)));
  const start = performance.now() + period;
  // People do not turn their cameras on in the same moment, so neither pictures nor looks at the whole picture go in step.
  const filmed = sockets.map((socket, i) => {
    const ownStart = start + (i * 1000) / streams;
    const shift = Math.floor((i * bytes.length) / streams);
    return film(socket, [...bytes.slice(shift), ...bytes.slice(0, shift)], ownStart, ownStart + ms);
  });
  const all = await Promise.all(filmed);
  return {
    waits: all.flatMap(({ waits }) => waits),
    skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

process.on('message', async (task) => {
  try {
    process.send(await run(task));
  } catch (error) {
    process.send({ error: error.message });
  }
});
