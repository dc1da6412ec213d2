/**
 * Opens the vision in a process of its own and sends its parent, in bytes and milliseconds, what that took: the time, and by how
 * much resident memory grew once it was open and once a picture has been analysed. Ends when the parent says so.
 *
 * usage: open-vision.mjs CASCADE FACEMARK PICTURE
 */
import { readFileSync } from 'node:fs';
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

const before = resident();
const start = performance.now();
const vision = await Vision.open({ cascadeFile, facemarkFile, lanes: 1 });
const ms = performance.now() - start;
const opened = resident() - before;
await vision.analyzeEncoded(bytes);
process.send({ ms, opened, used: resident() - before });
process.on('message', async (message) => {
  if (message !== 'end') return;
  await vision.close();
  process.disconnect();
});
