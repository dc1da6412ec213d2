import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { datasetsDir } from '../../scripts/lib/models/datasets.mjs';
import { capture, root } from '../../scripts/lib/run.mjs';
import { SetupError } from '../../scripts/lib/say.mjs';
import { jsonLines } from './programs.mjs';

/** What is measured at, smallest first. */
export const sizes = [
  { width: 320, height: 240 },
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];

/** How pictures are told apart: by how many faces there are to find. */
export const kinds = ['one', 'many', 'none'];

/** How many photos of a folder are taken. */
const mostPhotos = 30;

const reference = join(datasetsDir, 'reference', 'frames');
const clips = join(datasetsDir, 'faces', 'video');
const affect = join(datasetsDir, 'faces', 'affect');
const demo = join(root, 'node_modules', '@vladmandic', 'face-api', 'demo');

/** Parts of the demo photos with one face and with none, as ffmpeg's `crop` takes them. */
const demoParts = {
  3: ['460:345:1376:260', '500:375:922:170'],
  4: ['440:330:828:150'],
  6: ['400:300:1075:300'],
  1: ['480:360:660:0', '400:300:0:0'],
};

/** A picture at one size, as a JPEG file. @typedef {{ source: string, file: string, width: number, height: number, boxes: number[], faces: number, kind: string }} Picture */

/** `count` of a list, evenly spread. */
function spread(list, count) {
  const taken = Math.min(count, list.length);
  return Array.from({ length: taken }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / taken)]);
}

/**
 * Where the pictures come from: a folder of photos, else the data sets, else the photos of a package of the tests, of which
 * parts are written to `folder`.
 * @throws SetupError
 */
export function pictureSources(photos, folder) {
  if (photos !== undefined) return photosOf(resolve(photos));
  const complete = [reference, clips, affect].every((needed) => existsSync(needed));
  return complete ? datasetSources() : demoSources(folder);
}

/** Groups of people, single faces, and walls. */
function demoSources(folder) {
  const parts = Object.entries(demoParts).flatMap(([number, crops]) =>
    crops.map((crop, i) => {
      const file = join(folder, `part-${number}-${i}.png`);
      const photo = join(demo, `sample${number}.jpg`);
      const { status, output } = capture('ffmpeg', ['-v', 'error', '-i', photo, '-vf', `crop=${crop}`, file]);
      if (status === 0) return file;
      throw new SetupError(
        'ffmpeg no pudo recortar las fotos. Ejecuta: npm run setup -- --for-tests',
        'ffmpeg could not crop the photos. Run: npm run setup -- --for-tests',
        output,
      );
    }),
  );
  return [...[1, 2, 3, 4, 5, 6].map((number) => join(demo, `sample${number}.jpg`)), ...parts];
}

function photosOf(folder) {
  if (!existsSync(folder)) {
    throw new SetupError(`No existe la carpeta ${folder}.`, `There is no folder ${folder}.`);
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^\.(jpe?g|png|webp)$/i.test(extname(entry.name)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  if (files.length === 0) {
    throw new SetupError(
      `En ${folder} no hay fotos JPEG, PNG o WebP.`,
      `There are no JPEG, PNG or WebP photos in ${folder}.`,
    );
  }
  return spread(files, mostPhotos);
}

/** Frames of a talking person, single faces in the wild, groups, and an empty place. */
function datasetSources() {
  const frames = readdirSync(reference).sort();
  const ofReference = (prefix) =>
    frames.filter((name) => name.startsWith(prefix)).map((name) => join(reference, name));
  const alone = join(affect, 'happy');
  return [
    ...spread(ofReference('clip-'), 8),
    ...spread(
      readdirSync(alone)
        .sort()
        .map((name) => join(alone, name)),
      3,
    ),
    ...spread(ofReference('many-'), 9),
    ...[5, 30, 55, 80].map((frame) => `${join(clips, 'no-face.mp4')}#${frame}`),
  ];
}

/** All pictures at all sizes, made in one go, and what chooses among them. */
export class Pictures {
  /** @param {Picture[]} all */
  constructor(all) {
    this.all = all;
  }

  /**
   * Cuts and scales the sources to every size.
   * @returns the pictures, and what the machine looks for faces with.
   */
  static async prepare(program, cascade, folder, sources) {
    const wanted = sizes.map(({ width, height }) => `${width}x${height}`).join(',');
    const [found, ...lines] = await jsonLines(program, [cascade, folder, wanted, ...sources]);
    const all = lines.map((line) => ({ ...line, faces: line.boxes.length / 4 }));
    const usual = new Map(
      all.filter(({ width }) => width === 640).map(({ source, faces }) => [source, kindOf(faces)]),
    );
    return { pictures: new Pictures(all.map((line) => ({ ...line, kind: usual.get(line.source) }))), found };
  }

  /**
   * The pictures of a size; all of them, or so many of each kind. What kind a picture is, is decided at 640×480.
   * @returns {Picture[]}
   */
  at({ width }, perKind = Infinity) {
    const ofSize = this.all.filter((picture) => picture.width === width);
    return kinds.flatMap((kind) => {
      const ofKind = ofSize.filter((picture) => picture.kind === kind);
      return spread(ofKind, perKind);
    });
  }

  /** How many different pictures there are of each kind. */
  counts() {
    const usual = this.at(sizes[1]);
    return Object.fromEntries(kinds.map((kind) => [kind, usual.filter((one) => one.kind === kind).length]));
  }
}

function kindOf(faces) {
  if (faces === 0) return 'none';
  return faces === 1 ? 'one' : 'many';
}

/** The bytes of a picture's file. */
export function bytesOf({ file }) {
  return readFileSync(file);
}
