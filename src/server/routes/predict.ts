import type { Baseline, FrameEmotions } from '../../emotion/emotion-recognizer.js';
import type { FaceSearch } from '../../vision/face-search.js';
import type { App } from '../app-type.js';
import { bytesOfBase64Image } from '../base64-image.js';
import { clientKey } from '../client-address.js';
import { faceAnswer, faceWithLandmarks } from '../face-answer.js';
import type { FrameGate, ModelUse } from '../frame-gate.js';
import { schemaErrorsFor } from '../plugins/validation.js';
import { RequestError } from '../request-error.js';
import { baselineOf, PredictAnswer, PredictBody, PredictQuery } from '../schemas/predict.js';
import { texts } from '../texts.js';

/** The contract's word for an empty stage. */
const noFace = 'No face detected';

interface PredictOptions {
  landmarks: boolean;
  everyone: boolean;
  look: FaceSearch['look'];
  model: ModelUse;
  baseline: Baseline | undefined;
}

/** `POST /predict`: a picture in, the emotion of the face that counts out. */
export function addPredictRoute(app: App, gate: FrameGate): void {
  app.post<{ Body: PredictBody | Buffer | undefined; Querystring: PredictQuery }>('/predict', {
    schema: {
      querystring: PredictQuery,
      body: { content: { 'application/json': { schema: PredictBody } } },
      response: { 200: PredictAnswer },
    },
    schemaErrorFormatter: schemaErrorsFor('image', noImage),
    // Refused before the picture is read: a crowd costs no memory.
    onRequest: ({ ip }, _reply, next) => {
      gate.assertRoom(clientKey(ip));
      next();
    },
    handler: async ({ body, query, ip, raw }) => {
      if (body === undefined) throw noImage();
      const options = optionsOf(body, query);
      const bytes = Buffer.isBuffer(body) ? body : bytesOfBase64Image(body.image);
      const sender = { name: clientKey(ip), isThere: () => !raw.socket.destroyed };
      return answerFor(await gate.recognize(sender, bytes, options), options);
    },
  });
}

function noImage(): RequestError {
  return new RequestError(400, 'IMAGE_MISSING', texts.noImage);
}

function optionsOf(body: PredictBody | Buffer, query: PredictQuery): PredictOptions {
  const fields: Omit<PredictBody, 'image'> = Buffer.isBuffer(body) ? {} : body;
  return {
    landmarks: fields.landmarks ?? query.landmarks === 'true',
    everyone: (fields.faces ?? query.faces) === 'all',
    look: fields.look ?? query.look ?? 'quick',
    model: fields.model ?? query.model ?? 'standard',
    baseline: fields.baseline ?? baselineOf(query.baseline),
  };
}

function answerFor(frame: FrameEmotions, { landmarks, everyone }: PredictOptions): PredictAnswer {
  const { width, height, faces, look } = frame;
  const [first] = faces;
  const told = landmarks ? faceWithLandmarks : faceAnswer;
  const all = everyone ? { faces: faces.map(told) } : {};
  if (first === undefined) return { emotion: noFace, ...all };
  const size = landmarks ? { width, height } : {};
  return { ...told(first), ...(look === 'close' && { look }), ...size, ...all };
}
