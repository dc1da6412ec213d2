import { Type } from 'typebox';
import { basename } from 'node:path';
import type { EmotionRecognizer } from '../../training/emotion-recognizer.js';
import type { App } from '../app-type.js';

const ModelAnswer = Type.Object({
  labels: Type.Array(Type.String()),
  landmarks: Type.String(),
  files: Type.Array(Type.Object({ kind: Type.String(), name: Type.String() })),
  gemini: Type.Boolean(),
});

/**
 * `GET /model`: the emotions that `/predict` tells apart, what finds the landmarks, and the names (never the paths) of the
 * model files that do.
 * @param gemini whether there is a key, so that a page can say beforehand that no reading will come.
 */
export function addModelRoute(
  app: App,
  { labels, sight }: Pick<EmotionRecognizer, 'labels' | 'sight'>,
  gemini: boolean,
): void {
  const { landmarks, files } = sight;
  const named = files.map(({ kind, path }) => ({ kind, name: basename(path) }));
  const answer = { labels: [...labels], landmarks, files: named, gemini };
  app.get('/model', { schema: { response: { 200: ModelAnswer } } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send(answer);
  });
}
