/** The table of the polynomial that zlib, PNG and Ethernet use. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/**
 * As zlib's `crc32`, which Node has from 20.15 on only.
 *
 * @param {Uint8Array} bytes
 * @returns {number} 32 bits, unsigned.
 */
export function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ table[(rest ^ byte) & 0xff];
  return (rest ^ 0xffffffff) >>> 0;
}
