import { UserError, type Message } from '../common/user-error.js';

/** A text of the HTTP interface; `default` is the contract's literal wording, for clients that name no language. */
export interface HttpMessage extends Message {
  readonly default?: string;
}

/** A request that cannot be answered as asked: status, text for people, and what goes with it. */
export class RequestError extends UserError {
  readonly statusCode: number;
  override readonly text: HttpMessage;
  /** Whole seconds after which another try makes sense; becomes `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** What the log may say about it: never anything that a client or a provider wrote. */
  readonly reason: string | undefined;

  constructor(
    statusCode: number,
    code: string,
    text: HttpMessage,
    details: { retryAfter?: number; reason?: string } = {},
  ) {
    super(code, text);
    this.name = 'RequestError';
    this.statusCode = statusCode;
    this.text = text;
    this.retryAfter = details.retryAfter;
    this.reason = details.reason;
  }
}
