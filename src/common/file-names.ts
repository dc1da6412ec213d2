import { isUtf8 } from 'node:buffer';
import { access, readdir } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';

/** A byte that is no UTF-8 stands in a text as this code unit plus the byte: a surrogate without its other half. */
const escapeBase = 0xdc00;

/**
 * A file's name as text, from which {@link systemPath} gives the very bytes back. Names are UTF-8 as a rule; a byte that is not,
 * as in archives packed on Windows, becomes a lone surrogate (the `surrogateescape` of Python's PEP 383), which JSON keeps.
 */
export function textOfName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const character = characterAt(bytes, i);
    text += character?.toString() ?? String.fromCharCode(escapeBase + (bytes[i] ?? 0));
    i += character?.length ?? 1;
  }
  return text;
}

/** The UTF-8 character of one to four bytes that begins there, if there is one. */
function characterAt(bytes: Buffer, start: number): Buffer | undefined {
  return [1, 2, 3, 4]
    .filter((length) => start + length <= bytes.length)
    .map((length) => bytes.subarray(start, start + length))
    .find((part) => isUtf8(part));
}

/** The path by which the system knows a file that {@link textOfName} named. */
export function systemPath(text: string): string | Buffer {
  if (!/[\udc80-\udcff]/u.test(text)) return text;
  return Buffer.concat(Array.from(text, bytesOf));
}

function bytesOf(character: string): Buffer {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - escapeBase) : Buffer.from(character);
}

/**
 * A path as it was meant on the command line, where Node has put U+FFFD in the place of bytes that are no UTF-8: the one there is
 * whose names look like that. The path as given if it exists, or if none or several look like it.
 */
export async function meantPath(given: string): Promise<string> {
  if (!given.includes('\ufffd') || (await exists(given))) return given;
  const { root } = parse(given);
  let path = root;
  for (const name of given.slice(root.length).split(sep)) {
    const meant = name.includes('\ufffd') ? await onlyEntryLike(path || '.', name) : name;
    if (meant === undefined) return given;
    path = join(path, meant);
  }
  return path;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function onlyEntryLike(folder: string, shown: string): Promise<string | undefined> {
  const names = await readdir(systemPath(folder), { encoding: 'buffer' }).catch(() => []);
  const alike = names.filter((name) => name.toString() === shown);
  return alike.length === 1 && alike[0] !== undefined ? textOfName(alike[0]) : undefined;
}

/** How many of these files have each ending, e.g. `.gif` → 2; the most frequent first, those without one as an empty text. */
export function countEndings(files: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    const ending = parse(file).ext.toLowerCase();
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
