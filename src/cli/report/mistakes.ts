import { UserError, type Message } from '../../common/user-error.js';
import type { Mistake } from '../../training/measuring/evaluation.js';
import type { EvaluationSet } from '../../training/measuring/evaluation-set.js';
import { analyzePhoto } from '../../training/dataset/photos.js';
import { localized } from '../language.js';
import { wholePercent } from './charts.js';
import { smallFace } from './face-drawing.js';
import { html, phrase, type Html } from './html.js';
import { texts } from '../texts/report.js';

/** Mistakes shown; the surest are the ones to learn from. */
const shown = 12;
/** Largest photo that goes into the report, in bytes. */
const largestPhoto = 8 * 1024 * 1024;

/**
 * The surest mistakes, drawn by their landmarks.
 *
 * @param withPhotos whether to embed the photos, too.
 */
export async function worstMistakes(
  mistakes: readonly Mistake[],
  set: EvaluationSet,
  withPhotos: boolean,
): Promise<Html> {
  if (mistakes.length === 0) return html`<p>${phrase(texts.thereWereNone)}</p>`;
  const figures: Html[] = [];
  for (const mistake of mistakes.slice(0, shown)) {
    const file = set.files[mistake.row];
    const photo = withPhotos && file !== undefined ? await embeddedPhoto(file, mistake) : html``;
    figures.push(figure(mistake, file, set.outlines[mistake.row] ?? [], photo));
  }
  return html`<ul class="mistakes">
    ${figures}
  </ul>`;
}

function figure(mistake: Mistake, file: string | undefined, outline: ArrayLike<number>, photo: Html): Html {
  const { truth, said, confidence, row } = mistake;
  const title = texts.landmarksTitle(truth, said);
  const place = file ?? localized(texts.rowPlace(row + 1));
  return html`<li>
    <figure>
      <div class="pictures">${photo}${smallFace(outline, localized(title))}</div>
      <figcaption>
        <p><b>${truth}</b> ${phrase(texts.takenFor)} <b>${said}</b>, ${wholePercent(confidence)}</p>
        <p class="file">${place}</p>
      </figcaption>
    </figure>
  </li>`;
}

async function embeddedPhoto(file: string, { truth, said }: Mistake): Promise<Html> {
  const bytes = await analyzePhoto(file, (content) => Promise.resolve(content));
  if (bytes instanceof UserError) return note(bytes.text);
  const type = mediaType(bytes);
  if (type === undefined) return note(texts.notAPhoto);
  if (bytes.length > largestPhoto) return note(texts.photoTooLarge);
  const address = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
  const name = texts.photoTitle(truth, said);
  return html`<img src="${address}" alt="${localized(name)}" />`;
}

function note(text: Message): Html {
  return html`<p>${phrase(text)}</p>`;
}

/** By the first bytes, as the decoder goes by them, whatever the file is called. */
function mediaType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  return undefined;
}
