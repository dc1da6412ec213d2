import { sizes } from './lib/pictures.mjs';
import { jsonObject } from './lib/programs.mjs';
import { ms, sizeName, times } from './lib/report.mjs';

const perKind = 2;

/** From encoded bytes to grey, against cv::imdecode and cv::cvtColor. */
export const decode = {
  name: 'decode',
  about: 'de bytes a gris, lo nuestro y OpenCV · bytes to grey, ours against OpenCV',
  programs: ['bench_decode'],
  secondsPerRound: 1,

  async run({ pictures, programs, rounds, report }) {
    const files = pictures.at(sizes.at(-1), perKind).map(({ file }) => file);
    const figures = await jsonObject(programs.bench_decode, ['--rounds', rounds, ...files]);
    report.table(
      'De bytes a gris, un núcleo · Bytes to grey, one core',
      ['', 'bytes', 'EmoChat', 'OpenCV', '×'],
      figures.rows.map((row) => [
        `${row.format} ${sizeName(row)}`,
        row.bytes,
        ms(row.ours_ms),
        ms(row.opencv_ms),
        times(row.ratio),
      ]),
    );
    report.keep('decode', figures);
  },
};
