import { halfOf } from '../models/half-precision.mjs';

/** Model files as small as they can be, in the form of the real ones: what fuzzing starts from. */

/**
 * The first stages of a cascade file with the features that they ask for, and nothing else.
 *
 * @param {string} xml OpenCV's new format.
 * @param {number} stages how many.
 */
export function shortCascade(xml, stages) {
  const between = (text, name) => new RegExp(`<${name}>([^]*)</${name}>`).exec(text)?.[1] ?? '';
  const kept = between(xml, 'stages')
    .split(/(?=<maxWeakCount>)/)
    .slice(1, 1 + stages)
    .map((stage) => `<_>${stage.slice(0, stage.indexOf('</weakClassifiers>'))}</weakClassifiers></_>`);
  const features = between(xml, 'features')
    .split(/(?=<rects>)/)
    .slice(1)
    .map((feature) => /[^]*<\/rects>(?:\s*<tilted>[01]<\/tilted>)?/.exec(feature)?.[0] ?? '');
  const used = [];
  const renumbered = kept
    .join('\n')
    .replace(
      /<internalNodes>([^<]*)<\/internalNodes>/g,
      (_, nodes) => `<internalNodes>${renumber(nodes.trim().split(/\s+/), used).join(' ')}</internalNodes>`,
    );
  const head = ['stageType', 'featureType', 'height', 'width']
    .map((name) => `<${name}>${between(xml, name)}</${name}>`)
    .join('\n');
  const rects = used.map((index) => `<_>${features[index]}</_>`).join('\n');
  return `<?xml version="1.0"?>
<opencv_storage>
<cascade type_id="opencv-cascade-classifier">${head}
<featureParams><maxCatCount>0</maxCatCount></featureParams>
<stageNum>${stages}</stageNum>
<stages>
${renumbered}
</stages>
<features>
${rects}
</features>
</cascade>
</opencv_storage>
`.replaceAll(/\n\s+/g, '\n');
}

/** A cascade of one stage, whose two trees have several nodes; with upright and with tilted features. */
export function smallTreeCascade() {
  return `<?xml version="1.0"?>
<opencv_storage>
<cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType>
<featureType>HAAR</featureType>
<height>12</height>
<width>12</width>
<featureParams><maxCatCount>0</maxCatCount></featureParams>
<stageNum>1</stageNum>
<stages>
<_><stageThreshold>0.2</stageThreshold>
<weakClassifiers>
<_><internalNodes>1 0 0 0.01 -1 2 1 -0.02 -2 -3 2 0.03</internalNodes>
<leafValues>0.5 -0.4 0.3 0.6</leafValues></_>
<_><internalNodes>0 1 3 0. -1 -2 0 -0.01</internalNodes>
<leafValues>0.1 -0.7 0.2</leafValues></_>
</weakClassifiers></_>
</stages>
<features>
<_><rects><_>2 2 8 4 -1.</_><_>2 4 8 2 2.</_></rects></_>
<_><rects><_>6 1 4 4 -1.</_><_>6 1 4 2 2.</_></rects><tilted>1</tilted></_>
<_><rects><_>5 0 3 4 -1.</_><_>6 1 1 4 3.</_></rects><tilted>1</tilted></_>
<_><rects><_>0 0 8 8 -1.</_><_>0 0 4 4 2.</_><_>4 4 4 4 2.</_></rects><tilted>0</tilted></_>
</features>
</cascade>
</opencv_storage>
`;
}

/** A node's third number is its feature; `used` grows by those that are new. */
function renumber(nodes, used) {
  return nodes.map((value, i) => {
    if (i % 4 !== 2) return value;
    if (!used.includes(Number(value))) used.push(Number(value));
    return used.indexOf(Number(value));
  });
}

const small = { stages: 2, trees: 2, depth: 3, landmarks: 3, step: 0.02 };

/** A facemark of few landmarks and trees, as OpenCV's FacemarkLBF writes it. @param {'text' | 'base64'} numbers */
export function smallFacemark(numbers) {
  return madeFacemark(numbers, small);
}

/**
 * A facemark that looks for nothing, as OpenCV's FacemarkLBF writes it: the same text on every machine.
 * @param {'text' | 'base64'} numbers how matrices and lists are written.
 * @param shape how many `stages`, `trees` a landmark, levels of a tree (`depth`) and `landmarks`; `step`: a twentieth of the
 *   largest number in its matrices.
 */
export function madeFacemark(numbers, { stages, trees, depth, landmarks, step }) {
  const nodes = 2 ** depth;
  const lines = [
    '%YAML:1.0',
    '---',
    `stages_n: ${stages}`,
    `tree_n: ${trees}`,
    `tree_depth: ${depth}`,
    `n_landmarks: ${landmarks}`,
    matrix('regressor_meanshape', landmarks, 2, step, numbers),
  ];
  for (let stage = 0; stage < stages; stage++) {
    for (let landmark = 0; landmark < landmarks; landmark++) {
      for (let tree = 0; tree < trees; tree++) {
        const name = `${stage}_${landmark}_${tree}`;
        lines.push(matrix(`tree_${name}`, nodes, 4, step, numbers));
        lines.push(`thresholds_${name}: ${list(wave(nodes).map(Math.round), 'i', numbers)}`);
      }
    }
    lines.push(matrix(`weights_${stage}`, 2 * landmarks, (landmarks * trees * nodes) / 2, step, numbers));
  }
  return `${lines.join('\n')}\n`;
}

/**
 * A refiner of three landmarks, two stages and two trees of two splits a way.
 * @returns {import('../models/refiner-file.mjs').Refiner}
 */
export function smallRefiner() {
  const [landmarks, pixels, trees, depth, components] = [3, 8, 2, 2, 2];
  const splits = trees * (2 ** depth - 1);
  const whole = (count, most) => wave(count).map((value) => Math.round(Math.abs(value)) % most);
  const halves = (count) => Uint16Array.from(wave(count).map((value) => halfOf(value / 40)));
  const stage = {
    anchors: whole(pixels, landmarks),
    offsets: halves(2 * pixels),
    first: whole(splits, pixels),
    second: whole(splits + 1, pixels).slice(1),
    thresholds: wave(splits).map(Math.round),
    bias: wave(2 * landmarks).map((value) => value / 1000),
    basis: halves(2 * landmarks * components),
    step: 1e-4,
    leaves: [wave(trees * 2 ** depth).map((value) => Math.round(50 * value)), whole(trees * 2 ** depth, 9)],
  };
  const meanShape = wave(2 * landmarks).map((value) => 0.5 + value / 50);
  return { meanShape, haarToBox: [0, 0.05, 0.9], pixels, trees, depth, stages: [stage, stage] };
}

function matrix(name, rows, columns, step, numbers) {
  const values = wave(rows * columns).map((value) => value * step);
  return `${name}: !!opencv-matrix\n   rows: ${rows}\n   cols: ${columns}\n   dt: d\n   data: ${list(values, 'd', numbers)}`;
}

/** Numbers between -20 and 20, the same ones every time. */
function wave(count) {
  return Array.from({ length: count }, (_, i) => 20 * Math.sin(1.7 * i));
}

function list(values, type, numbers) {
  if (numbers === 'text')
    return `[ ${values.map((value) => (type === 'd' ? value.toFixed(4) : value)).join(', ')} ]`;
  const bytes = Buffer.from((type === 'd' ? Float64Array : Int32Array).from(values).buffer);
  const block = Buffer.concat([Buffer.from(`1${type}`.padEnd(24)), bytes]).toString('base64');
  return `!!binary |\n${block.replaceAll(/.{1,64}/g, '      $&\n').trimEnd()}`;
}
