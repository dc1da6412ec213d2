/**
 * Makes the landmark refiner that comes with the project, `models/face-refiner.emolm`, from the file of Debian's package
 * libdlib-data: `node scripts/build-refiner.mjs [OUTPUT]`. Takes half a minute; the same bytes every time, on every machine.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDlibEnsemble } from './lib/models/dlib-ensemble.mjs';
import { packEnsemble } from './lib/models/pack-ensemble.mjs';
import { packRefiner } from './lib/models/refiner-file.mjs';
import { root } from './lib/run.mjs';
import { runScript, say, SetupError } from './lib/say.mjs';

const source = {
  file: '/usr/share/dlib/shape_predictor_68_face_landmarks.dat',
  package: 'libdlib-data',
  sha256: 'fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f',
};

/** Of fifteen: the later ones move little, and were measured to change nothing for emotions. */
const stages = 8;

/** With fewer components or larger steps landmarks were measured to be worse: see models/README.md. */
const coding = {
  components: 80,
  step: 0.06,
  /** Medians over 1,047 faces of HELEN and AFW. */
  haarToBox: [0.0052197869847819866, 0.05131889822260047, 0.8976739016548276],
};

await runScript(() => {
  const output = process.argv[2] ?? join(root, 'models', 'face-refiner.emolm');
  const bytes = packRefiner(packEnsemble(readDlibEnsemble(readSource(), stages), coding));
  const temporary = `${output}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, output);
  const digest = sha256(bytes);
  say(
    `${output}: ${bytes.length} bytes, SHA-256 ${digest}`,
    `${output}: ${bytes.length} bytes, SHA-256 ${digest}`,
  );
});

function readSource() {
  if (!existsSync(source.file)) {
    const line = `sudo apt-get install -y --no-install-recommends ${source.package}`;
    throw new SetupError(
      `Falta ${source.file}. Escribe: ${line}`,
      `${source.file} is missing. Type: ${line}`,
    );
  }
  const bytes = readFileSync(source.file);
  if (sha256(bytes) !== source.sha256) {
    throw new SetupError(
      `${source.file} es otro que el que se espera (SHA-256 ${source.sha256}). Instala ${source.package} 19.24.`,
      `${source.file} is not the one expected (SHA-256 ${source.sha256}). Install ${source.package} 19.24.`,
    );
  }
  return bytes;
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
