import type { App } from '../app-type.js';
import { RequestError } from '../request-error.js';
import { texts } from '../texts.js';

/** Nothing that we take needs more than a few; a long JSON of many parts keeps the main thread for seconds. */
const partsAtMost = { length: 1024 * 1024, parts: 1000 };

/** JSON, where no body at all counts as an empty object, and pictures as they are. */
export function addBodyParsers(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {});
    else if (hasManyParts(body)) done(tooManyParts());
    else void parseJson(request, body, done);
  });
  app.addContentTypeParser<Buffer>(
    ['image/jpeg', 'image/png', 'image/webp'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
}

/** Whether a long JSON is anything else than a picture in base64, which has neither brackets nor quotes nor commas in it. */
function hasManyParts(json: string): boolean {
  return json.length > partsAtMost.length && ['[', '{', '"', ','].some((mark) => occursOften(json, mark));
}

function occursOften(text: string, mark: string): boolean {
  let at = -1;
  for (let count = 0; count <= partsAtMost.parts; count++) {
    at = text.indexOf(mark, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function tooManyParts(): RequestError {
  return new RequestError(413, 'JSON_TOO_COMPLEX', texts.tooManyParts);
}
