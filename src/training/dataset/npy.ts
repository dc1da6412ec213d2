/**
 * Arrays of bytes in NumPy's file format (version 1.0 of `numpy.lib.format`), for `numpy.load`: a head that says the shape, then
 * the numbers row by row.
 */
const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
/** Bytes of the head that is written, a multiple of 64 as the format asks for; it has room for any number of rows. */
export const headLength = 128;

/** The head of an array of `rows * columns` bytes. */
export function npyHead(rows: number, columns: number): Uint8Array {
  const said = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const head = Buffer.alloc(headLength, ' ');
  magic.copy(head);
  head.writeUInt16LE(headLength - magic.length - 2, magic.length);
  head.write(said, magic.length + 2, 'latin1');
  head.write('\n', headLength - 1, 'latin1');
  return head;
}

/**
 * What the head of a file says of its array.
 *
 * @param start the first bytes of the file, 4 KiB of them if there are so many.
 * @returns the shape, and where the numbers begin; `undefined` if this is no array of bytes with two dimensions, row by row.
 */
export function readNpyHead(
  start: Uint8Array,
): { rows: number; columns: number; length: number } | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.length < magic.length + 2 || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const length = magic.length + 2 + bytes.readUInt16LE(magic.length);
  if (length > bytes.length) return undefined;
  const said = bytes.toString('latin1', magic.length + 2, length);
  const whole = /'descr':\s*'[|<]u1'/.test(said) && /'fortran_order':\s*False/.test(said);
  const [, rows, columns] = /'shape':\s*\((\d{1,10}),\s*(\d{1,10}),?\s*\)/.exec(said) ?? [];
  if (!whole || rows === undefined || columns === undefined) return undefined;
  return { rows: Number(rows), columns: Number(columns), length };
}
