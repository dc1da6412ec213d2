import { Type } from 'typebox';
import { basename } from 'node:path';
import type { EmotionRecognizer } from '../../training/emotion-recognizer.js';
import type { App } from '../app-type.js';

const ModelAnswer = Type.Object({
  labels: Type.Array(Type.String()),
  landmarks: Type.String(),
  files: Type.Array(Type.Object({ kind: Type.String(), name: Type.String() })),
});

/**
 * `GET /model`: the emotions that `/predict` tells apart, what finds the landmarks, and the names (never the paths) of the
 * model files that do.
 */
export function addModelRoute(
  app: App,
  { labels, sight }: Pick<EmotionRecognizer, 'labels' | 'sight'>,
): void {
  const { landmarks, files } = sight;
  const named = files.map(({ kind, path }) => ({ kind, name: basename(path) }));
  app.get('/model', { schema: { response: { 200: ModelAnswer } } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ labels: [...labels], landmarks, files: named });
  });
}
