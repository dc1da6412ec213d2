import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** A digest that a file must have: SHA-256, or git's name for a blob (SHA-1 of `blob <size>\0` and the bytes). */
export interface Digest {
  readonly algorithm: 'sha256' | 'gitBlob';
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

export interface FileDigests {
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly gitBlob: string;
}

/** Both digests of a file, in one pass. */
export async function digestFile(file: string): Promise<FileDigests> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const sha256 = createHash('sha256');
    const gitBlob = createHash('sha1').update(`blob ${size}\0`);
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
      sha256.update(chunk as Buffer);
      gitBlob.update(chunk as Buffer);
    }
    return { size, sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** Whether a file is the one that the digest names. */
export function hasDigest(file: FileDigests, digest: Digest): boolean {
  return file[digest.algorithm] === digest.hex;
}
