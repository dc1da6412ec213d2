import { UserError, type Message } from '../../common/user-error.js';
import { texts } from '../texts/options.js';

/**
 * Reads a `.env` file: lines `NAME=value`, comments (`#` at the start of a line or after a blank), values in single, double
 * or back quotes that may run over several lines. It also reads what other shells write into such a file: a byte order mark,
 * UTF-16, quotes around a whole line, `export`, `set` and `$env:` before the name.
 *
 * @param bytes what the file holds.
 * @param file its name, for the errors.
 * @returns values by name; of a name that stands twice the last one. A value may be blank.
 * @throws UserError `ENV_UNREADABLE`, with the number of the line. It never quotes the line, which may hold a key.
 */
export function parseEnvFile(bytes: Uint8Array, file: string): Map<string, string> {
  const lines = textOf(bytes).split(/\r\n|\n|\r/);
  const values = new Map<string, string>();
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const text = unwrapped(lines[at] ?? '');
    if (text === '' || text.startsWith('#')) continue;
    if (undecoded.test(text)) throw unknownEncoding(file, line);
    const [, name, rest] = assignment.exec(text) ?? [];
    if (name === undefined || rest === undefined) throw notAnAssignment(file, line);
    const quote = /^["'`]/.exec(rest)?.[0];
    let value: string | undefined = rest;
    while (quote !== undefined && !value.includes(quote, 1) && at + 1 < lines.length) {
      value += `\n${lines[++at] ?? ''}`;
    }
    value = quote === undefined ? withoutComment(value) : quoted(value, quote);
    if (value === undefined) throw quotesDoNotMatch(file, line);
    values.set(name, value);
  }
  return values;
}

/** What other encodings leave, as a file of one that the shell went on writing in another. */
const undecoded = /[\uFFFD\0]/;
const assignment = /^(?:(?:export|set)\s+|\$env:)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/is;

/** Decodes by byte order mark, or by where the zero bytes of ASCII letters lie in UTF-16. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return 'utf-8';
}

/** A line without blanks at its ends and without quotes around the whole of it, which the shell of Windows writes. */
function unwrapped(line: string): string {
  const parts = /^\s*((?:export|set)\s+)?(["'])((?:(?!\2).)*)\2\s*$/i.exec(line);
  return parts === null ? line.trim() : `${parts[1] ?? ''}${parts[3] ?? ''}`.trim();
}

function withoutComment(value: string): string {
  return value.replace(/(^|\s)#.*$/s, '').trim();
}

/** What stands between the quotes; nothing but a comment or a semicolon may follow them. */
function quoted(text: string, quote: string): string | undefined {
  const end = text.indexOf(quote, 1);
  const rest = text.slice(end + 1).trim();
  return end > 0 && /^;?\s*(#.*)?$/s.test(rest) ? text.slice(1, end) : undefined;
}

function notAnAssignment(file: string, line: number): UserError {
  return unreadable(texts.notAnAssignment(line, file));
}

function quotesDoNotMatch(file: string, line: number): UserError {
  return unreadable(texts.quotesDoNotMatch(line, file));
}

function unknownEncoding(file: string, line: number): UserError {
  return unreadable(texts.unknownEncoding(line, file));
}

function unreadable(text: Message): UserError {
  return new UserError('ENV_UNREADABLE', text);
}
