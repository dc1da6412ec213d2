import { Type } from 'typebox';
import type { EmotionRecognizer } from '../../training/emotion-recognizer.js';
import type { App } from '../app-type.js';

const ModelAnswer = Type.Object({ labels: Type.Array(Type.String()) });

/** `GET /model`: the emotions that `/predict` tells apart. */
export function addModelRoute(app: App, { labels }: Pick<EmotionRecognizer, 'labels'>): void {
  app.get('/model', { schema: { response: { 200: ModelAnswer } } }, (_request, reply) => {
    void reply.header('cache-control', 'no-store').send({ labels: [...labels] });
  });
}
