import { Type, type Static } from 'typebox';
import { basename } from 'node:path';
import type { App } from '../app-type.js';
import type { Recognizers } from '../frame-gate.js';

const Labels = Type.Array(Type.String());
const ModelAnswer = Type.Object({
  labels: Labels,
  page: Type.Object({ labels: Labels, baseline: Type.Boolean() }),
  landmarks: Type.String(),
  files: Type.Array(Type.Object({ kind: Type.String(), name: Type.String() })),
  gemini: Type.Boolean(),
});

/**
 * `GET /model`: the emotions that `/predict` tells apart and those that the page does (and whether it can be told a person's calm
 * face), what finds the landmarks, and the names (never the paths) of the model files that do.
 *
 * @param recognizers as they are at the time of a request.
 * @param gemini whether there is a key, so that a page can say beforehand that no reading will come.
 */
export function addModelRoute(app: App, recognizers: Recognizers, gemini: boolean): void {
  app.get('/model', { schema: { response: { 200: ModelAnswer } } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send(answerOf(recognizers, gemini));
  });
}

function answerOf({ standard, page }: Recognizers, gemini: boolean): Static<typeof ModelAnswer> {
  const { landmarks, files } = standard.sight;
  return {
    labels: [...standard.labels],
    page: { labels: [...page.labels], baseline: page.baselineLength !== undefined },
    landmarks,
    files: files.map(({ kind, path }) => ({ kind, name: basename(path) })),
    gemini,
  };
}
