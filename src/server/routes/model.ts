import { Type } from 'typebox';
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
 * face), what finds the landmarks, and the names
 * (never the paths) of the model files that do.
 * @param gemini whether there is a key, so that a page can say beforehand that no reading will come.
 */
export function addModelRoute(app: App, { standard, page }: Recognizers, gemini: boolean): void {
  const { landmarks, files } = standard.sight;
  const answer = {
    labels: [...standard.labels],
    page: { labels: [...page.labels], baseline: page.baselineLength !== undefined },
    landmarks,
    files: files.map(({ kind, path }) => ({ kind, name: basename(path) })),
    gemini,
  };
  app.get('/model', { schema: { response: { 200: ModelAnswer } } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send(answer);
  });
}
