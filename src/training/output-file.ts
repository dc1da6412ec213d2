import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../common/user-error.js';

/** A file that is written bit by bit under a temporary name and takes its own name only when it is whole. */
export class OutputFile {
  readonly #file: string;
  readonly #partial: string;
  readonly #handle: FileHandle;

  private constructor(file: string, partial: string, handle: FileHandle) {
    this.#file = file;
    this.#partial = partial;
    this.#handle = handle;
  }

  /**
   * Starts a file; its folder is made if need be. What is there under that name stays until {@link commit}.
   * @throws UserError `OUTPUT_UNWRITABLE`.
   */
  static async create(file: string): Promise<OutputFile> {
    const partial = `${file}.${process.pid}.partial`;
    try {
      await mkdir(dirname(file), { recursive: true });
      return new OutputFile(file, partial, await open(partial, 'w'));
    } catch (cause) {
      throw unwritable(file, cause);
    }
  }

  /** @throws UserError `OUTPUT_UNWRITABLE`, e.g. if the disk is full. */
  async write(text: string): Promise<void> {
    try {
      await this.#handle.appendFile(text);
    } catch (cause) {
      throw unwritable(this.#file, cause);
    }
  }

  /** Gives the file its name, replacing what had it. */
  async commit(): Promise<void> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#partial, this.#file);
    } catch (cause) {
      throw unwritable(this.#file, cause);
    }
  }

  /** Forgets what was written; harmless after {@link commit}. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#partial, { force: true });
  }
}

function unwritable(file: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  return new UserError(
    'OUTPUT_UNWRITABLE',
    {
      es: `No se puede escribir ${file} (${cause.message}). Libera espacio o indica otro lugar con --output.`,
      en: `${file} cannot be written (${cause.message}). Free some space or name another place with --output.`,
    },
    { cause },
  );
}
