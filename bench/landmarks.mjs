import { join } from 'node:path';
import { ownRefinerFile } from '../dist/vision/vision.js';
import { sizes } from './lib/pictures.mjs';
import { jsonObject } from './lib/programs.mjs';
import { times } from './lib/report.mjs';

/** Ours against cv::face::FacemarkLBF::fit, on the faces of all pictures of 640×480. */
export const landmarks = {
  name: 'landmarks',
  about: 'puntos de la cara, los nuestros y los de FacemarkLBF · landmarks, ours against FacemarkLBF',
  programs: ['bench_facemark'],
  secondsPerRound: 0.7,

  async run({ pictures, programs, models, folder, rounds, report }) {
    const withFaces = pictures.at(sizes[1]).filter(({ faces }) => faces > 0);
    const args = withFaces.flatMap(({ file, boxes }) => [file, ...rectangles(boxes)]);
    const compact = join(folder, 'bench.compact');
    const line = await jsonObject(programs.bench_facemark, [
      ...[models.facemark, compact, ownRefinerFile, rounds],
      ...args,
    ]);
    report.table(
      'Puntos de la cara, un núcleo · Landmarks, one core',
      ['', 'EmoChat', 'OpenCV', '×', 'máx. · worst'],
      [
        [
          `${line.landmarks} puntos, ${line.faces} caras · ${line.landmarks} points, ${line.faces} faces`,
          `${line.ours_us.median.toFixed(1)} µs`,
          `${line.opencv_us.median.toFixed(0)} µs`,
          times(line.ratio.median),
          `${line.worst_px.toExponential(1)} px`,
        ],
        [
          'caras por segundo · faces a second',
          Math.round(line.ours_faces_per_second),
          Math.round(line.opencv_faces_per_second),
          '',
          '',
        ],
        ['refinarlos · refining them', `${line.refine_us.median.toFixed(1)} µs`, '', '', ''],
        [
          'cargar el refinador · loading the refiner',
          `${(line.refiner_load_us.median / 1000).toFixed(1)} ms`,
          '',
          '',
          '',
        ],
      ],
    );
    report.goal({
      what: 'Refinar los puntos de una cara · Refining the landmarks of a face',
      most: 350,
      unit: 'µs',
      reached: line.refine_us.median,
    });
    report.goal({
      what: 'Cargar el refinador · Loading the refiner',
      most: 60,
      unit: 'ms',
      reached: line.refiner_load_us.median / 1000,
    });
    report.goal({
      what: 'Puntos de una cara · Landmarks of a face',
      least: 20,
      unit: '× OpenCV',
      reached: line.ratio.median,
    });
    report.goal({
      what: 'Caras por segundo · Faces a second',
      least: 3000,
      unit: '/s',
      reached: line.ours_faces_per_second,
    });
    report.goal({
      what: 'Diferencia con OpenCV · Difference from OpenCV',
      most: 0.01,
      unit: 'px',
      reached: line.worst_px,
    });
    report.keep('landmarks', line);
  },
};

/** x, y, width, height of every face, as the program takes them. */
function rectangles(boxes) {
  return Array.from({ length: boxes.length / 4 }, (_, i) => boxes.slice(4 * i, 4 * i + 4).join(','));
}
