import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../common/user-error.js';
import { newPartPath, removeAbandonedParts } from '../../common/part-file.js';
import { loadNativeAddon, type NativeFacemarkSource } from '../addon/native.js';
import { texts } from '../texts.js';

/**
 * The file to load a facemark from quickly: the compact binary form that is kept beside its YAML file, made at the first
 * call and again whenever the YAML file is another. Telling whether it is costs a `stat`; its SHA-256 is computed only
 * if size or change time differ.
 *
 * @param yamlFile a facemark as OpenCV writes it.
 * @param damaged whether the compact file that is there was found to be damaged, so that it counts for nothing.
 * @returns path of the compact file. If its folder cannot be written to, or the disk is full: one that is there already, if
 * it was made of the same bytes, else `yamlFile` itself (loading then takes longer).
 * @throws UserError `MODEL_FILE_MISSING`; an error with code `MODEL_FILE_INVALID` that names what is wrong in the file.
 */
export async function compactFacemarkFor(yamlFile: string, damaged = false): Promise<string> {
  const { size, changedNs } = await statOf(yamlFile);
  const compactFile = `${yamlFile}.compact`;
  const known = damaged ? null : loadNativeAddon().readCompactSource(compactFile);
  if (known?.size === size && known.changedNs === changedNs) return compactFile;
  const source = { sha256: await sha256Of(yamlFile), size, changedNs };
  if (await compile(yamlFile, compactFile, source)) return compactFile;
  return known?.sha256 === source.sha256 ? compactFile : yamlFile;
}

async function statOf(yamlFile: string): Promise<{ size: bigint; changedNs: bigint }> {
  try {
    const { size, ctimeNs } = await stat(yamlFile, { bigint: true });
    return { size, changedNs: ctimeNs };
  } catch (cause) {
    throw new UserError('MODEL_FILE_MISSING', texts.facemarkUnreadable(yamlFile), { cause });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * Writes the compact file under a name of its own, then renames it: several may do so at once. What processes left that
 * were killed at it is removed.
 * @returns whether there was a place to write it.
 */
async function compile(
  yamlFile: string,
  compactFile: string,
  source: NativeFacemarkSource,
): Promise<boolean> {
  const folder = dirname(compactFile);
  // Begins otherwise than the YAML file, or it would look like a part of its download.
  const name = `compact-${basename(yamlFile)}`;
  const temporary = newPartPath(folder, name);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(await loadNativeAddon().compileFacemark(yamlFile, source));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, compactFile);
    await removeAbandonedParts(folder, name);
    return true;
  } catch (error) {
    if (isUnwritable(error)) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

const unwritable = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'EDQUOT']);

function isUnwritable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && unwritable.has(String(error.code));
}
