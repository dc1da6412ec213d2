/**
 * A file name for a terminal: control characters, which could play tricks there, become `?`; what stands for a byte that is no
 * UTF-8 (`textOfName`) becomes U+FFFD.
 */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?').replace(/\p{Cs}/gu, '\ufffd');
}
