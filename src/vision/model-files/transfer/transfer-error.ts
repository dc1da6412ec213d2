/** Why a try failed, and whether another makes sense. */
export class TransferError extends Error {
  readonly retry: 'never' | 'briefly' | 'patiently';
  /** How long the server asks us to wait, milliseconds. */
  readonly retryAfterMs: number;

  constructor(
    message: string,
    retry: TransferError['retry'],
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'TransferError';
    this.retry = retry;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
