import type { Message } from '../../common/user-error.js';
import { localized } from '../language.js';

/** A piece of HTML; only {@link html} and {@link raw} make it, so that nothing gets in unescaped by mistake. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | readonly Html[];

/** A template for HTML: what is put in is escaped, unless it is HTML already. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(texts.map((text, i) => text + (i < pieces.length ? spell(pieces[i] ?? '') : '')).join(''));
}

/** Takes a text as HTML that it is: for style sheets and the like, never for what a file or a person said. */
export function raw(text: string): Html {
  return new Html(text);
}

/** A text in the language of the command line. */
export function phrase(text: Message): Html {
  return html`${localized(text)}`;
}

/** A table by its parts. */
export interface TableParts {
  /** Id of the heading that names it. */
  heading: string;
  /** Heads of the columns; the first may be empty. */
  heads: readonly Html[];
  /** `tr` elements. */
  rows: readonly Html[];
  caption?: Html;
  kind?: string;
}

/** A table that scrolls on its own, by keyboard as well, where it is wider than the window. */
export function table({ heading, heads, rows, caption, kind = '' }: TableParts): Html {
  const cells = heads.map((head) =>
    head.text === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="${heading}">
    <table class="${kind}">
      ${
        caption === undefined
          ? []
          : html`<caption>
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${cells}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function spell(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('');
  return String(piece).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
