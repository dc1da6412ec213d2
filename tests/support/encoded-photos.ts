import { execFileSync } from 'node:child_process';
import { crc32 } from 'node:zlib';
import { facePhoto } from './sample-photos.js';

/**
 * A picture encoded anew by ffmpeg.
 * @param filter an ffmpeg video filter, e.g. `transpose=1`; `null` for none.
 */
export function reencode(
  file: string,
  codec: 'png' | 'libwebp' | 'mjpeg' | 'rawvideo',
  filter = 'null',
): Buffer {
  const lossless =
    codec === 'libwebp' ? ['-lossless', '1', '-pix_fmt', 'bgra'] : codec === 'mjpeg' ? ['-q:v', '1'] : [];
  const args = ['-v', 'error', '-i', file, '-vf', filter, '-frames:v', '1', '-c:v', codec, ...lossless];
  return execFileSync('ffmpeg', [...args, '-f', 'image2pipe', '-'], { maxBuffer: 1 << 26 });
}

/** A photo of a face, so large that it keeps a lane busy for a tenth of a second or more on any machine; `side` in pixels. */
export function slowPhoto(side = 2400): Buffer {
  return reencode(facePhoto, 'mjpeg', `scale=${side}:${side}`);
}

/** An EXIF block (a TIFF structure) that says nothing but the orientation. */
function exifBlock(orientation: number, littleEndian: boolean): Buffer {
  const block = Buffer.alloc(26);
  const u16 = (value: number, at: number) =>
    littleEndian ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    littleEndian ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  block.write(littleEndian ? 'II' : 'MM', 0, 'latin1');
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x0112, 10);
  u16(3, 12);
  u32(1, 14);
  u16(orientation, 18);
  return block;
}

/** The JPEG file with an EXIF segment right after its start. */
export function jpegWithOrientation(jpeg: Buffer, orientation: number, littleEndian = true): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(orientation, littleEndian)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** The PNG file with an eXIf chunk right after its header. */
export function pngWithOrientation(png: Buffer, orientation: number): Buffer {
  const body = Buffer.concat([Buffer.from('eXIf', 'latin1'), exifBlock(orientation, false)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length - 4);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  const headerEnd = 8 + 25;
  return Buffer.concat([png.subarray(0, headerEnd), length, body, checksum, png.subarray(headerEnd)]);
}

/** The WebP file (simple format) made an extended one with an EXIF chunk at its end. */
export function webpWithOrientation(
  webp: Buffer,
  orientation: number,
  width: number,
  height: number,
): Buffer {
  const extended = Buffer.alloc(18);
  extended.write('VP8X', 0, 'latin1');
  extended.writeUInt32LE(10, 4);
  extended[8] = 0x08; // EXIF is there
  extended.writeUIntLE(width - 1, 12, 3);
  extended.writeUIntLE(height - 1, 15, 3);
  const exif = exifBlock(orientation, true);
  const exifHead = Buffer.alloc(8);
  exifHead.write('EXIF', 0, 'latin1');
  exifHead.writeUInt32LE(exif.length, 4);
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), extended, webp.subarray(12), exifHead, exif]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
