/**
 * Makes photos of faces that cannot be read from photos of faces that can: covered, turned away, blurred. `models/face-quality.json`
 * learns from such, and is measured on them.
 *
 *     node scripts/spoil-photos.mjs PHOTOS OUT [--every N] [--prefix NAME]
 *
 * OUT gets a folder for each thing that is wrong, with a photo for each way of spoiling; the folder `good` gets those that were
 * changed without harm. With the same program, photos and model files it makes the same photos again, byte for byte.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { parseArgs } from 'node:util';
import { openVision } from '../dist/cli/setup/vision-setup.js';
import { searchPhoto } from '../dist/vision/face-search.js';
import { mapInOrder } from '../dist/common/in-order.js';
import { derivedSeed, randomStream } from '../dist/common/random.js';
import { crc32 } from './lib/models/crc32.mjs';
import { FaceFrame } from './lib/models/spoiling/face-frame.mjs';
import { GreyPicture } from './lib/models/spoiling/grey-picture.mjs';
import { Random } from './lib/models/spoiling/random.mjs';
import { spoilers } from './lib/models/spoiling/spoilers.mjs';
import { root } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' }, prefix: { type: 'string', default: '' } },
});

await runScript(async () => {
  const [photos, out] = positionals;
  const every = Number(values.every);
  if (photos === undefined || out === undefined || !(every >= 1)) {
    const usage = 'node scripts/spoil-photos.mjs PHOTOS OUT [--every N] [--prefix NAME]';
    throw new SetupError(`Uso: ${usage}`, `Usage: ${usage}`);
  }
  const names = await readdir(photos).catch((error) => {
    throw new SetupError(
      `No se puede leer ${photos}: ${error.message}`,
      `${photos} cannot be read: ${error.message}`,
    );
  });
  for (const fault of Object.keys(spoilers)) await mkdir(join(out, fault), { recursive: true });
  const files = names.sort().filter((_, i) => i % every === 0);
  const vision = await openVision({ modelsDir: join(root, 'models') });
  try {
    let spoilt = 0;
    const made = mapInOrder(files, vision.lanes + 2, (file) => spoil(vision, join(photos, file), out));
    for await (const found of made) spoilt += Number(found);
    say(`${photos}: ${spoilt} de ${files.length} fotos.`, `${photos}: ${spoilt} of ${files.length} photos.`);
  } finally {
    await vision.close();
  }
});

/**
 * @param {import('../dist/vision/vision.js').Vision} vision
 * @param {string} file
 * @param {string} out
 * @returns {Promise<boolean>} whether it shows a face
 */
async function spoil(vision, file, out) {
  const bytes = await readFile(file);
  const { frame } = await searchPhoto(vision, bytes, { look: 'close', face: 'largest' });
  const [found] = frame.faces;
  if (found === undefined) return false;
  const picture = await GreyPicture.read(bytes);
  const face = new FaceFrame(found.landmarks);
  const { name } = parse(file);
  const seed = crc32(Buffer.from(name));
  const all = Object.entries(spoilers).flatMap(([fault, ways]) =>
    Object.entries(ways).map(([way, spoiler]) => ({ fault, way, spoiler })),
  );
  for (const [part, { fault, way, spoiler }] of all.entries()) {
    const spoilt = await spoiler(picture, face, new Random(randomStream(derivedSeed(seed, part))));
    await writeFile(join(out, fault, `${values.prefix}${name}--${way}.png`), await spoilt.png());
  }
  return true;
}
