import { RequestError } from './request-error.js';
import { texts } from './texts.js';

const dataUrlHeader = { start: 'data:', end: ';base64' };

/**
 * The bytes of a picture that came as text: `data:<any type>;base64,…` or bare base64 (standard or URL alphabet, padded or
 * not, line breaks allowed). The media type is not looked at: the bytes say what they are.
 * Linear in the length of the text, in native code.
 *
 * @throws RequestError 400 `IMAGE_NOT_BASE64`
 */
export function bytesOfBase64Image(text: string): Buffer {
  const payload = payloadOf(text);
  const bytes = Buffer.from(payload, 'base64');
  // Node skips what is no base64 and looks at the low byte alone of other characters, so both must be ruled out.
  if (!standsFor(payload, bytes.length) || Buffer.byteLength(text) !== text.length) throw notBase64();
  return bytes;
}

/** Whether every character of the payload but whitespace counts for the bytes that were made of it. */
function standsFor(payload: string, length: number): boolean {
  // Looking for whitespace takes as long as decoding, so it is looked for only where something was skipped.
  return length === decodedLength(payload) || length === decodedLength(payload.replaceAll(/\s/g, ''));
}

function payloadOf(text: string): string {
  const comma = text.indexOf(',');
  if (comma < 0) return text;
  const header = text.slice(0, comma).toLowerCase();
  if (!header.startsWith(dataUrlHeader.start) || !header.endsWith(dataUrlHeader.end)) throw notBase64();
  return text.slice(comma + 1);
}

/** How many bytes `base64` stands for if every character counts; NaN if no bytes have a text of that length. */
function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const digits = base64.length - padding;
  if (digits % 4 === 1 || (padding > 0 && base64.length % 4 !== 0)) return NaN;
  return Math.floor((digits * 3) / 4);
}

function notBase64(): RequestError {
  return new RequestError(400, 'IMAGE_NOT_BASE64', texts.notBase64);
}
