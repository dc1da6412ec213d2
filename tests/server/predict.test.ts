import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reencode, slowPhoto } from '../support/encoded-photos.js';
import { describeWith } from '../support/requirements.js';
import { largePng } from '../support/pictures.js';
import {
  bystanderPhoto,
  facePhoto,
  flatPicture,
  manyFaces,
  seriousPhoto,
  singleFaces,
  tightCrop,
} from '../support/sample-photos.js';
import { spoiltPhoto } from '../support/spoilt-photos.js';
import { expressiveFile, jsonOf, serverNeeds, startServer, type RunningServer } from '../support/server.js';

interface Face {
  emotion: string;
  probabilities: Record<string, number>;
  box: number[];
  landmarks?: number[][];
}

describeWith('POST /predict', serverNeeds, () => {
  let server: RunningServer;
  let photo: Buffer;

  beforeAll(async () => {
    server = await startServer();
    photo = await readFile(facePhoto);
  });
  afterAll(() => server.close());

  const post = async (
    body: Buffer | string,
    type = 'application/json',
    path = 'predict',
    language?: string,
  ) =>
    jsonOf(
      await fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': type, ...(language !== undefined && { 'accept-language': language }) },
        body: new Uint8Array(Buffer.from(body)),
      }),
    );
  const postImage = (image: unknown, more: object = {}) => post(JSON.stringify({ image, ...more }));
  const asJpeg = (bytes: Buffer) => ({
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(bytes),
  });
  const asJson = (body: object) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const dataUrl = (bytes: Buffer): string => `data:image/jpeg;base64,${bytes.toString('base64')}`;

  test('answers a photo with its emotion, the probabilities and the box of the first face', async () => {
    const { status, body } = await postImage(dataUrl(photo));
    const { faces } = await server.recognizer.recognizeEncoded(photo);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['emotion', 'probabilities', 'sure', 'quality', 'box']);
    expect(body).toEqual({
      emotion: faces[0]?.emotion,
      probabilities: faces[0]?.probabilities,
      sure: faces[0]?.sure,
      quality: faces[0]?.quality,
      box: faces[0]?.box,
    });
    expect(['HAPPY', 'SAD']).toContain(body['emotion']);
  });

  test('is sure of no emotion where the face cannot be read, and says why', async () => {
    const { body } = await post(await spoiltPhoto('smiling', 'occluded', 'sunglasses'), 'image/png');
    expect(body).toMatchObject({ sure: false, reason: 'occluded', quality: expect.any(Number) as number });
    expect(body['quality']).toBeLessThan(0.25);
    expect(['HAPPY', 'SAD']).toContain(body['emotion']);
  });

  test("answers in the words of the page's model if asked, in the address or in the body", async () => {
    const five = ['ANGRY', 'HAPPY', 'NEUTRAL', 'SAD', 'SURPRISED'];
    const both = await startServer({ pageForest: expressiveFile });
    try {
      const { body: model } = await jsonOf(await fetch(`${both.url}model`));
      expect(model).toMatchObject({ labels: ['HAPPY', 'SAD'], page: { labels: five } });
      const answers = [
        await fetch(`${both.url}predict?model=page`, { method: 'POST', ...asJpeg(photo) }),
        await fetch(`${both.url}predict`, {
          method: 'POST',
          ...asJson({ image: dataUrl(photo), model: 'page' }),
        }),
      ];
      for (const answer of answers) {
        const { body } = await jsonOf(answer);
        expect(Object.keys(body['probabilities'] as object)).toEqual(five);
        expect(body['emotion']).toBe('HAPPY');
      }
      const standard = await fetch(`${both.url}predict`, { method: 'POST', ...asJpeg(photo) });
      const { probabilities } = (await jsonOf(standard)).body;
      expect(Object.keys(probabilities as object)).toEqual(['HAPPY', 'SAD']);
    } finally {
      await both.close();
    }
    expect(await post(photo, 'image/jpeg', 'predict?model=mine')).toMatchObject({ status: 400 });
  });

  test("reads a face by its person's calm face, told in the address or in the body, and keeps nothing of it", async () => {
    const both = await startServer({ pageForest: expressiveFile });
    const droopy = await readFile(seriousPhoto);
    const ask = async (query: string, more: object = {}) => {
      const body = JSON.stringify({ image: dataUrl(droopy), model: 'page', ...more });
      const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
      return jsonOf(await fetch(`${both.url}predict${query}`, { method: 'POST', headers, body }));
    };
    try {
      const { body: anybody } = await ask('');
      const scores = anybody['scores'] as number[];
      expect(scores).toHaveLength(5);
      // Whoever looks so when calm is not sad.
      const { body: calm } = await ask('', { baseline: scores });
      expect([anybody['emotion'], calm['emotion']]).toEqual(['SAD', 'NEUTRAL']);
      expect(calm['scores']).toEqual(scores);
      expect(await ask(`?baseline=${scores.join(',')}`)).toMatchObject({ body: calm });
      expect((await ask('')).body).toEqual(anybody);
      for (const baseline of ['1,2,3', '1,2,3,4,1e999'])
        expect(await ask(`?baseline=${baseline}`)).toMatchObject({
          status: 400,
          body: { error: /5 numbers/ },
        });
      expect((await ask('?baseline=1,x')).status).toBe(400);
      expect(await ask('', { baseline: scores, model: 'standard' })).toMatchObject({ status: 400 });
      expect(both.log.text).not.toContain(String(scores[0]));
    } finally {
      await both.close();
    }
  });

  test('refuses a long JSON of many parts before it is parsed', async () => {
    for (const part of ['[', '{"a":', '"",', '1,']) {
      const { status, body } = await post(
        part.repeat(2_000_000 / part.length),
        'application/json',
        'predict',
        'en',
      );
      expect(status).toBe(413);
      expect(body['error']).toMatch(/too many parts/);
    }
  });

  test('gives the same answer to bare base64, to another media type, to wrapped lines and to the picture itself', async () => {
    const expected = await postImage(dataUrl(photo));
    const base64 = photo.toString('base64');
    expect(await postImage(base64)).toEqual(expected);
    expect(await postImage(`data:text/plain;charset=x;base64,${base64}`)).toEqual(expected);
    expect(await postImage(base64.replaceAll(/.{76}/g, '$&\n'))).toEqual(expected);
    expect(await postImage(photo.toString('base64url'))).toEqual(expected);
    expect(await post(photo, 'image/jpeg')).toEqual(expected);
  });

  test('goes by the bytes of a picture, whatever they are labelled', async () => {
    const png = reencode(facePhoto, 'png');
    const expected = await post(png, 'image/png');
    expect(expected.status).toBe(200);
    expect(await post(png, 'image/webp')).toEqual(expected);
  });

  test('adds landmarks and the picture size if asked in the address or in the body', async () => {
    const inAddress = await post(photo, 'image/jpeg', 'predict?landmarks=true');
    const inBody = await postImage(dataUrl(photo), { landmarks: true });
    const frameEmotions = await server.recognizer.recognizeEncoded(photo);
    expect(inAddress).toEqual(inBody);
    const landmarks = inBody.body['landmarks'] as number[][];
    expect(landmarks).toHaveLength(68);
    expect(landmarks[30]?.[0]).toBeCloseTo(frameEmotions.faces[0]?.landmarks[60] ?? NaN, 2);
    expect(landmarks[30]?.[1]).toBeCloseTo(frameEmotions.faces[0]?.landmarks[61] ?? NaN, 2);
    expect([inBody.body['width'], inBody.body['height']]).toEqual([224, 224]);
  });

  test('answers several faces with the first, and with all of them if asked', async () => {
    const crowd = await readFile(manyFaces);
    const first = await post(crowd, 'image/jpeg');
    const { body } = await postImage(dataUrl(crowd), { faces: 'all', landmarks: true });
    const faces = body['faces'] as Face[];
    expect(faces.length).toBeGreaterThan(1);
    expect(first.body['faces']).toBeUndefined();
    expect(first.body).toMatchObject({ emotion: faces[0]?.emotion, box: faces[0]?.box });
    for (const face of faces) expect(face.landmarks).toHaveLength(68);
  });

  test('answers for the largest face, not for a bystander whom the detector lists first', async () => {
    const photo = await readFile(bystanderPhoto);
    const { body } = await post(photo, 'image/jpeg', 'predict?faces=all');
    const [first, other] = body['faces'] as Face[];
    expect(body['box']).toEqual(first?.box);
    expect(first?.box[2]).toBeGreaterThan(2 * (other?.box[2] ?? Infinity));
  });

  test('a small photo that a face fills is looked at twice by default; a large one if told', async () => {
    const [small, large] = [120, 480].map((side) =>
      reencode(tightCrop, 'mjpeg', `scale=${side}:${side}`),
    ) as [Buffer, Buffer];
    expect((await post(small, 'image/jpeg')).body).toMatchObject({ emotion: 'HAPPY', look: 'close' });
    expect((await post(large, 'image/jpeg')).body).toEqual({ emotion: 'No face detected' });
    const near = await post(large, 'image/jpeg', 'predict?look=close');
    expect(near.body).toMatchObject({ emotion: 'HAPPY', look: 'close' });
    expect(await postImage(dataUrl(large), { look: 'close' })).toEqual(near);
    const plain = await post(small, 'image/jpeg', 'predict?look=plain');
    expect(plain.body).toEqual({ emotion: 'No face detected' });
    expect(await postImage(dataUrl(small), { look: 'plain' })).toEqual(plain);
  });

  test('answers frames that come at once as it answers each alone', async () => {
    const frames = await Promise.all(singleFaces.map((file) => readFile(file)));
    const alone: unknown[] = [];
    for (const frame of frames) alone.push(await post(frame, 'image/jpeg'));
    const again = [...frames, ...frames].map((frame) => post(frame, 'image/jpeg'));
    expect(await Promise.all(again)).toEqual([...alone, ...alone]);
  });

  test('says "No face detected" and nothing else when nobody is there', async () => {
    const flat = await readFile(flatPicture);
    expect(await post(flat, 'image/png')).toEqual({ status: 200, body: { emotion: 'No face detected' } });
    expect(await post(flat, 'image/png', 'predict?landmarks=true&faces=all')).toEqual({
      status: 200,
      body: { emotion: 'No face detected', faces: [] },
    });
  });

  test('says that there is no image in the words of the contract', async () => {
    const missing = { status: 400, body: { error: 'No image provided' } };
    expect(await post('{}')).toEqual(missing);
    expect(await post('')).toEqual(missing);
    expect(await post('[]')).toEqual(missing);
    expect(await post('null')).toEqual(missing);
    expect(await postImage('')).toEqual(missing);
    expect(await postImage(null)).toEqual(missing);
    expect(await postImage(42)).toEqual(missing);
    expect(await jsonOf(await fetch(`${server.url}predict`, { method: 'POST' }))).toEqual(missing);
  });

  test.each([
    ['not base64 at all', 'data:image/jpeg;base64,¡hola!'],
    ['base64 with foreign characters in it', 'data:image/jpeg;base64,/9j/4AAQ$$$$'],
    ['characters whose low byte is base64', 'ŁŁŁŁ'],
    ['a length that no bytes have', 'data:image/jpeg;base64,AAAAA'],
    ['padding in the middle', 'AA==AAAA'],
    ['a data URL without base64', 'data:text/plain,hello'],
    ['megabytes of nonsense', '$'.repeat(4_000_000)],
  ])('refuses %s', async (_what, image) => {
    const { status, body } = await postImage(image);
    expect(status).toBe(400);
    expect(body['error']).toMatch(/base64/);
  });

  test('says what is wrong with bytes that are no whole picture', async () => {
    const refused = async (bytes: Buffer): Promise<unknown> => {
      const raw = await post(bytes, 'image/jpeg', 'predict', 'en');
      expect(raw.status).toBe(400);
      return raw.body['error'];
    };
    expect(await refused(Buffer.alloc(0))).toBe('The image is empty: send a photo.');
    expect(await refused(Buffer.from('GIF89a, or so it says'))).toBe(
      'This is not a JPEG, PNG or WebP image: use one of these formats.',
    );
    expect(await refused(photo.subarray(0, photo.length / 2))).toBe(
      'The image is cut off, data are missing at its end: send it again, whole.',
    );
    expect((await postImage('data:image/jpeg;base64,')).status).toBe(400);
  });

  test('refuses 30,000 × 30,000 pixels in a small PNG without decoding them', async () => {
    const bomb = largePng(30_000, 30_000);
    expect(bomb.length).toBeLessThan(2_000_000);
    const before = process.memoryUsage().rss;
    const { status, body } = await post(bomb, 'image/png');
    expect(status).toBe(413);
    expect(body['error']).toBe('La imagen tiene demasiados píxeles: redúcela.');
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  test('refuses a body of 20 MB, with and without a declared length, and goes on', async () => {
    const huge = Buffer.alloc(20e6, 0x41);
    const { status, body } = await post(huge, 'image/jpeg');
    expect(status).toBe(413);
    expect(body['error']).toMatch(/demasiado grande/);
    const chunked = await fetch(`${server.url}predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: new Blob([new Uint8Array(huge)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await post(photo, 'image/jpeg')).status).toBe(200);
  });

  test('refuses what is no JSON, poisoned JSON and other content types', async () => {
    expect((await post('{"image": "da')).status).toBe(400);
    expect((await post('{"__proto__": {"image": "x"}}')).status).toBe(400);
    const text = await post('hello', 'text/plain', 'predict', 'en');
    expect(text.status).toBe(415);
    expect(text.body['error']).toMatch(/application\/json/);
  });

  test('names the field that it cannot read', async () => {
    expect(await postImage(dataUrl(photo), { landmarks: 'yes' })).toEqual({
      status: 400,
      body: { error: 'El campo «landmarks» debe ser de tipo boolean.' },
    });
    const { body } = await post(photo, 'image/jpeg', 'predict?faces=some', 'en');
    expect(body['error']).toBe('The field "faces" must be one of: first, all.');
  });
});

describeWith('POST /predict under pressure', serverNeeds, () => {
  test('answers 503 with Retry-After when the queue is full, says so at /readyz, and recovers', async () => {
    const server = await startServer({ lanes: 1, queueLimit: 1 });
    // The queue must still be full when /readyz is asked.
    const slow = new Uint8Array(slowPhoto(2000));
    const send = () =>
      fetch(`${server.url}predict`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: slow,
      });
    const crowd = Array.from({ length: 8 }, send);
    const firstRefusal = await Promise.race(
      crowd.map(async (answer) => {
        const response = await answer;
        return response.status === 503 ? response : new Promise<Response>(() => undefined);
      }),
    );
    expect((await fetch(`${server.url}readyz`)).status).toBe(503);
    const statuses = (await Promise.all(crowd)).map(({ status }) => status);
    expect(firstRefusal.headers.get('retry-after')).toBe('1');
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect((await fetch(`${server.url}readyz`)).status).toBe(200);
    expect((await send()).status).toBe(200);
    await server.close();
  });
});
