import type { App } from '../app-type.js';
import { RequestError } from '../request-error.js';
import { texts } from '../texts.js';

/**
 * What a JSON body may have of each mark: a session of ten minutes has 600 objects, and that is the most that anybody has to say.
 * The parser takes a third of a second for a megabyte of brackets, and meanwhile nobody is answered.
 */
const mostMarks = { '[': 1000, '{': 1000, '"': 20_000, ',': 20_000 };

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

/** Whether a JSON has more parts, or deeper ones, than a request can have. Linear in its length, in native code. */
function hasManyParts(json: string): boolean {
  return Object.entries(mostMarks).some(([mark, most]) => occursMoreOften(json, mark, most));
}

function occursMoreOften(text: string, mark: string, most: number): boolean {
  let at = -1;
  for (let count = 0; count <= most; count++) {
    at = text.indexOf(mark, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function tooManyParts(): RequestError {
  return new RequestError(413, 'JSON_TOO_COMPLEX', texts.tooManyParts);
}
