import type { FaceEmotion, FrameEmotions } from '../../training/emotion-recognizer.js';
import type { App } from '../app-type.js';
import { bytesOfBase64Image } from '../base64-image.js';
import type { FrameGate } from '../frame-gate.js';
import { landmarkPoints } from '../landmark-points.js';
import { schemaErrorsFor } from '../plugins/validation.js';
import { RequestError } from '../request-error.js';
import { PredictAnswer, PredictBody, PredictQuery, type Face } from '../schemas/predict.js';

/** The contract's word for an empty stage. */
const noFace = 'No face detected';

interface Wishes {
  landmarks: boolean;
  everyone: boolean;
}

/** `POST /predict`: a picture in, the emotion of its first face out. */
export function addPredictRoute(app: App, gate: FrameGate): void {
  app.post<{ Body: PredictBody | Buffer | undefined; Querystring: PredictQuery }>('/predict', {
    schema: {
      querystring: PredictQuery,
      body: { content: { 'application/json': { schema: PredictBody } } },
      response: { 200: PredictAnswer },
    },
    schemaErrorFormatter: schemaErrorsFor('image', noImage),
    // Refused before the picture is read: a crowd costs no memory.
    onRequest: (_request, _reply, next) => {
      gate.assertRoom();
      next();
    },
    handler: async ({ body, query }) => {
      if (body === undefined) throw noImage();
      const frame = await gate.recognize(Buffer.isBuffer(body) ? body : bytesOfBase64Image(body.image));
      return answerFor(frame, wishesOf(body, query));
    },
  });
}

function noImage(): RequestError {
  return new RequestError(400, 'IMAGE_MISSING', {
    default: 'No image provided',
    es: 'Falta la imagen.',
    en: 'No image provided',
  });
}

function wishesOf(body: PredictBody | Buffer, query: PredictQuery): Wishes {
  const fields: Omit<PredictBody, 'image'> = Buffer.isBuffer(body) ? {} : body;
  return {
    landmarks: fields.landmarks ?? query.landmarks === 'true',
    everyone: (fields.faces ?? query.faces) === 'all',
  };
}

function answerFor({ width, height, faces }: FrameEmotions, { landmarks, everyone }: Wishes): PredictAnswer {
  const [first] = faces;
  const all = everyone ? { faces: faces.map((face) => faceAnswer(face, landmarks)) } : {};
  if (first === undefined) return { emotion: noFace, ...all };
  return { ...faceAnswer(first, landmarks), ...(landmarks && { width, height }), ...all };
}

function faceAnswer({ landmarks, box, ...face }: FaceEmotion, withLandmarks: boolean): Face {
  const { emotion, probabilities, sure } = face;
  return {
    emotion,
    probabilities,
    sure,
    box: [...box],
    ...(withLandmarks && { landmarks: landmarkPoints(landmarks) }),
  };
}
