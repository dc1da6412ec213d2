/** A text for people, in both languages of the interface. */
export interface Message {
  readonly es: string;
  readonly en: string;
}

/**
 * An error that its reader can do something about: bad input, a missing file, a full disk.
 * The command line prints it in its language and exits with `exitCode`; the server answers in the language asked for.
 * Anything else that is thrown is a defect of ours.
 */
export class UserError extends Error {
  /** Stable, machine-readable, e.g. `IMAGE_TOO_LARGE`. */
  readonly code: string;
  readonly text: Message;
  /** Exit code of a command that ends with this error: 1 by default, 2 for wrong usage. */
  readonly exitCode: number;

  constructor(code: string, text: Message, options: { cause?: unknown; exitCode?: number } = {}) {
    super(text.en, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'UserError';
    this.code = code;
    this.text = text;
    this.exitCode = options.exitCode ?? 1;
  }
}
