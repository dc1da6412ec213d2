import { availableParallelism } from 'node:os';
import { kinds, sizes } from './lib/pictures.mjs';
import { jsonLines } from './lib/programs.mjs';
import { ms, sizeName, times } from './lib/report.mjs';
import { compare, growthExponent, median } from './lib/statistics.mjs';

/** How many of each kind are searched at every size, on one thread and on all; at 640×480 one thread searches them all. */
const perKind = 1;

/** The best that the Simd library (github.com/ermig1979/Simd) has over OpenCV, measured at 640×480; its rectangles differ. */
const simdLibrary = 3.2;

/** Ours against OpenCV's detectMultiScale, on one thread and on all. */
export const detection = {
  name: 'detection',
  about: 'detección, la nuestra y la de OpenCV · detection, ours against OpenCV',
  programs: ['bench_detection'],
  secondsPerRound: 7.5,

  async run({ pictures, programs, models, rounds, report, progress }) {
    const threads = availableParallelism();
    const search = async (chosen, onThreads) => {
      const args = [models.cascade, models.facemark, rounds, onThreads, ...chosen.map(({ file }) => file)];
      const lines = await jsonLines(programs.bench_detection, args, progress(chosen.length));
      return lines.map((line, i) => describe(line, chosen[i]));
    };
    const usual = await search(pictures.at(sizes[1]), 1);
    const sample = await search(
      sizes.flatMap((size) => pictures.at(size, perKind)),
      threads,
    );
    const measured = [...usual, ...sample];
    const bySize = sizes.map((size) => {
      const ofSample = sample.filter(({ width }) => width === size.width);
      return { ...size, ...summary(size.width === 640 ? usual : ofSample, ofSample) };
    });
    const byKind = kinds.flatMap((kind) => {
      const ofKind = usual.filter((line) => line.kind === kind);
      return ofKind.length === 0 ? [] : [{ kind, ...summary(ofKind) }];
    });
    const exponent = growthExponent(bySize.map(({ width, height, one }) => [width * height, one.ours]));
    print(report, { threads, bySize, byKind, exponent });
    setGoals(report, bySize);
    report.keep('detection', { threads, bySize, byKind, exponent, pictures: measured });
  },
};

function describe(line, { kind }) {
  const at = (name) => median(line[name] ?? []);
  return {
    ...{ width: line.width, height: line.height, kind, faces: line.faces, identical: line.identical },
    ...{
      ours: at('ours'),
      opencv: at('opencv'),
      oursLane: at('ours_lane'),
      oursAll: at('ours_all'),
      opencvAll: at('opencv_all'),
    },
  };
}

/** @param lines searched on one thread. @param onAll also searched on all threads. */
function summary(lines, onAll = []) {
  return {
    one: compare(lines.map(({ ours, opencv }) => ({ ours, theirs: opencv }))),
    all: compare(onAll.map(({ oursAll, opencvAll }) => ({ ours: oursAll, theirs: opencvAll }))),
    lanes: compare(onAll.map(({ oursLane, oursAll }) => ({ ours: oursAll, theirs: oursLane }))),
    identical: lines.filter(({ identical }) => identical).length,
    pictures: lines.length,
    faces: median(lines.map(({ faces }) => faces)),
  };
}

function row(name, { one, all, lanes, identical, pictures }) {
  return [
    name,
    pictures,
    ms(one.ours),
    ms(one.theirs),
    times(one.ratio),
    `${one.least.toFixed(1)}–${one.greatest.toFixed(1)}`,
    ms(all.ours),
    ms(all.theirs),
    times(all.ratio),
    times(lanes.ratio),
    `${identical}/${pictures}`,
  ];
}

function print(report, { threads, bySize, byKind, exponent }) {
  const head = [
    '',
    'n',
    'EmoChat',
    'OpenCV',
    '×',
    '× min–max',
    `EmoChat ${threads}T`,
    `OpenCV ${threads}T`,
    '×',
    `${threads}T : 1T`,
    'idénticas · identical',
  ];
  report.table(
    'Detección, por tamaño · Detection, by size',
    head,
    bySize.map((size) => row(sizeName(size), size)),
  );
  report.note(
    `Crece con los píxeles como n^${exponent.toFixed(2)} · It grows with the pixels as n^${exponent.toFixed(2)}`,
  );
  report.table(
    'Detección en 640×480, por caras · Detection at 640×480, by faces',
    head,
    byKind.map((kind) => row(`${kind.kind} (${kind.faces})`, kind)),
  );
}

function setGoals(report, bySize) {
  const usual = bySize.find(({ width }) => width === 640);
  const identical = bySize.reduce((sum, size) => sum + size.identical, 0);
  const pictures = bySize.reduce((sum, size) => sum + size.pictures, 0);
  report.goal({
    what: 'Detección · Detection, 640×480',
    least: 6,
    hope: 10,
    unit: '× OpenCV',
    reached: usual.one.ratio,
    remark: `n = ${usual.pictures}`,
  });
  report.goal({
    what: 'Rectángulos idénticos · Identical rectangles',
    least: pictures,
    unit: 'n',
    reached: identical,
  });
  report.goal({
    what: 'Ante la biblioteca Simd · Against the Simd library',
    least: simdLibrary,
    unit: '× OpenCV',
    reached: Math.min(...bySize.map(({ one }) => one.ratio)),
  });
}
