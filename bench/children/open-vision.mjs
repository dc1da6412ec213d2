/**
 * Opens the vision in a process of its own and sends its parent, in bytes and milliseconds, what that took: the time, by how
 * much resident memory grew once it was open and once a picture has been analysed, and what part of the compact facemark
 * file is in memory (`pss`: its share, where several processes map it). Ends when the parent says so.
 *
 * usage: open-vision.mjs CASCADE FACEMARK PICTURE
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root } from '../../scripts/lib/run.mjs';

const [cascadeFile, facemarkFile, picture] = process.argv.slice(2);
const { Vision } = await import(join(root, 'dist', 'vision', 'vision.js'));
const { loadNativeAddon } = await import(join(root, 'dist', 'vision', 'addon', 'native.js'));
const bytes = readFileSync(picture);
// The addon and OpenCV's libraries are the program, not the model.
loadNativeAddon();

const resident = () => process.memoryUsage.rss();

/** What the kernel says of the mapping of a file, in bytes. */
function mapping(file) {
  if (!existsSync(file)) return { rss: 0, pss: 0 };
  const parts = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  const name = realpathSync(file);
  const own = parts.filter((part) => part.split('\n', 1)[0]?.endsWith(name));
  const sum = (key) =>
    own.reduce(
      (total, part) => total + 1024 * Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(part)?.[1]),
      0,
    );
  return { rss: sum('Rss'), pss: sum('Pss') };
}

const before = resident();
const start = performance.now();
const vision = await Vision.open({ cascadeFile, facemarkFile, lanes: 1 });
const ms = performance.now() - start;
const opened = resident() - before;
await vision.analyzeEncoded(bytes);
process.send({ ms, opened, used: resident() - before });
process.on('message', async (message) => {
  if (message === 'mapping') process.send(mapping(`${facemarkFile}.compact`));
  if (message !== 'end') return;
  await vision.close();
  process.disconnect();
});
