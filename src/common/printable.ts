/**
 * A file name for a terminal: control characters, which could play tricks there, become `?`; what stands for a byte that is no
 * UTF-8 (`textOfName`) becomes U+FFFD.
 */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?').replace(/\p{Cs}/gu, '\ufffd');
}

/** A text whose lines may quote names: each line as {@link printable} has it; the ends of lines are its own. */
export function printableLines(text: string): string {
  return text.replace(/[^\n]+/g, printable);
}
