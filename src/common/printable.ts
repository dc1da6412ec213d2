/** A file name for a terminal: control characters, which could play tricks there, become `?`. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?');
}
