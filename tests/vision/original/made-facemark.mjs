/** Prints the facemark of 68 landmarks that the original's answers were made with: the same text on every machine. */
import { madeFacemark } from '../../../scripts/lib/test/fuzz-seeds.mjs';

process.stdout.write(madeFacemark('text', { stages: 2, trees: 1, depth: 3, landmarks: 68, step: 0.0005 }));
