import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from './checkout.js';

const faceApi = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));

/** One of the six photos of groups of people (1920 pixels wide) that the npm package `@vladmandic/face-api` comes with; `number` in [1, 6]. */
export function groupPhoto(number: number): string {
  return join(faceApi, `demo/sample${number}.jpg`);
}

/** All six of them. */
export const groupPhotos: readonly string[] = [1, 2, 3, 4, 5, 6].map(groupPhoto);

/** Squares of the group photos with one face each: number of the photo, left, top and side in pixels. */
const squares = {
  smiling: [3, 1400, 200, 430],
  laughing: [4, 828, 93, 440],
  beaming: [3, 922, 116, 500],
  pouting: [6, 1085, 268, 380],
  sulking: [3, 446, 234, 460],
  painted: [1, 260, 260, 454],
  lookingDown: [2, 1297, 57, 460],
  calm: [6, 1400, 226, 380],
  dark: [5, 245, 790, 460],
  bright: [5, 690, 40, 380],
  tilted: [5, 1240, 300, 480],
  gentle: [6, 120, 400, 500],
} as const;

export type FaceName = keyof typeof squares;
const faceNames = Object.keys(squares) as FaceName[];

/** ffmpeg's arguments for each file; an input that starts with `@` is made before. */
function recipes(): [file: string, inputs: string[], options: string[]][] {
  const jpeg = ['-frames:v', '1', '-q:v', '2'];
  const crops = faceNames.map((name): [string, string[], string[]] => {
    const [photo, left, top, side] = squares[name];
    return [
      `${name}.jpg`,
      [`sample${photo}.jpg`],
      ['-vf', `crop=${side}:${side}:${left}:${top},scale=224:224:flags=area`, ...jpeg],
    ];
  });
  const all = faceNames.map((name) => `@${name}.jpg`);
  const places = faceNames.map((_, i) => `${224 * (i % 4)}_${224 * Math.floor(i / 4)}`).join('|');
  const [serious, smiling] = ['@lookingDown.jpg', '@smiling.jpg'];
  return [
    ...crops,
    ['twelve.jpg', all, ['-filter_complex', `xstack=inputs=12:layout=${places}`, ...jpeg]],
    ['group.jpg', ['sample3.jpg'], ['-vf', 'scale=800:-2:flags=area', ...jpeg]],
    [
      'bystander.jpg',
      [smiling, serious],
      [
        '-filter_complex',
        '[0]scale=448:448,pad=640:480:192:32:gray[large];[1]scale=104:104[small];[large][small]overlay=0:0',
        ...jpeg,
      ],
    ],
    ['tight.jpg', ['sample3.jpg'], ['-vf', 'crop=230:230:1492:338,scale=100:100:flags=area', ...jpeg]],
    ['flat.png', [], ['-f', 'lavfi', '-i', 'color=gray:size=320x240', '-frames:v', '1']],
    ['clip.mp4', [serious, smiling], clipOptions()],
  ];
}

/** A second of one picture, then a second of the other, 15 frames a second; the picture drifts a little, as a head does. */
function clipOptions(): string[] {
  const second = (input: number) =>
    `[${input}]loop=loop=14:size=1,setpts=N/15/TB,scale=448:448,pad=640:480:96:16:gray,` +
    `crop=620:460:'10+8*sin(n/3)':'10+6*cos(n/4)',scale=640:480,setsar=1,fps=15[s${input}]`;
  const filter = `${second(0)};${second(1)};[s0][s1]concat=n=2,format=yuv420p`;
  return ['-filter_complex', filter, '-c:v', 'libx264', '-crf', '18', '-threads', '1'];
}

/** Makes every file at once and gives their folder; what is there already is left alone, and a recipe that changes gets another folder. */
function madePhotos(): string {
  const key = createHash('sha256').update(JSON.stringify(recipes())).digest('hex').slice(0, 12);
  const parent = join(projectRoot, '.cache/test-photos');
  const folder = join(parent, key);
  if (existsSync(folder)) return folder;
  mkdirSync(parent, { recursive: true });
  const partial = mkdtempSync(join(parent, 'partial-'));
  try {
    for (const [file, inputs, options] of recipes())
      ffmpeg(partial, inputs, [...options, join(partial, file)]);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    // Another process of the same run may have been quicker: its files are the same.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function ffmpeg(made: string, inputs: readonly string[], args: readonly string[]): void {
  const paths = inputs.map((input) =>
    input.startsWith('@') ? join(made, input.slice(1)) : join(faceApi, 'demo', input),
  );
  const sources = paths.flatMap((path) => ['-i', path]);
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...sources, '-bitexact', ...args]);
}

const folder = madePhotos();

/** A photo, 224 pixels a side, of one face that the cascade finds; the names say what is to be seen. */
export function facePhotoOf(name: FaceName): string {
  return join(folder, `${name}.jpg`);
}

/** All photos of one face. */
export const singleFaces: readonly string[] = faceNames.map(facePhotoOf);

/** A photo of one face, smiling: the shipped forest calls it HAPPY and is sure. */
export const facePhoto = facePhotoOf('smiling');

/** A photo of one face that looks down and does not smile: the shipped forest calls it SAD, and is not sure. */
export const seriousPhoto = facePhotoOf('lookingDown');

/** A photo, 100 pixels a side, that a smiling face fills to its edges: it is found only by a closer look. */
export const tightCrop = join(folder, 'tight.jpg');

/** A picture (320 × 240, grey) without any face. */
export const flatPicture = join(folder, 'flat.png');

/** A picture (896 × 672) of twelve faces. */
export const manyFaces = join(folder, 'twelve.jpg');

/** A photo (800 × 562) of three people, all of whom are found. */
export const groupOfThree = join(folder, 'group.jpg');

/** A picture (640 × 480) of one large smiling face, and of a small serious one above it, which OpenCV lists first. */
export const bystanderPhoto = join(folder, 'bystander.jpg');

/** Two seconds of film (640 × 480, 15 frames a second): a serious face, then a smiling one. */
export const faceClip = join(folder, 'clip.mp4');
