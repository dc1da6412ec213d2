import { sizes } from './lib/pictures.mjs';
import { jsonLines } from './lib/programs.mjs';
import { ms, sizeName } from './lib/report.mjs';
import { median } from './lib/statistics.mjs';

const perKind = 1;

/** Our detector on every instruction set that it was built for and this processor has. */
export const targets = {
  name: 'targets',
  about: 'detección, cada juego de instrucciones · detection, every instruction set',
  programs: ['bench_detection'],
  secondsPerRound: 3,
  optional: true,

  async run({ pictures, programs, models, rounds, report, progress }) {
    const chosen = sizes.flatMap((size) => pictures.at(size, perKind));
    const args = [models.cascade, models.facemark, rounds, 'targets', ...chosen.map(({ file }) => file)];
    const lines = await jsonLines(programs.bench_detection, args, progress(chosen.length));
    const names = Object.keys(lines[0]).filter((key) => Array.isArray(lines[0][key]));
    const bySize = sizes.map(({ width, height }) => {
      const ofSize = lines.filter((line) => line.width === width);
      const medians = names.map((name) => [name, median(ofSize.map((line) => median(line[name])))]);
      return { width, height, ...Object.fromEntries(medians) };
    });
    report.table(
      'Detección, por juego de instrucciones · Detection, by instruction set',
      ['', ...names],
      bySize.map((size) => [sizeName(size), ...names.map((name) => ms(size[name]))]),
    );
    report.keep('targets', bySize);
  },
};
