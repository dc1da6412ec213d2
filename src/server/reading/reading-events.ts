import { Readable } from 'node:stream';
import type { ReadingEvent } from './gemini-reading.js';

/** What a client is told of an error that comes after the first piece. */
export interface EventError {
  error: string;
  code: string;
}

/**
 * A reading as server-sent events: `text` with a piece, again and again, then `end` with Gemini's reason to finish, or
 * `error`. No faster than its reader; when that one goes away, the reading is given up.
 *
 * @param asEventError puts an error into words for the client.
 */
export function eventStream(
  reading: AsyncGenerator<ReadingEvent, void>,
  asEventError: (error: unknown) => EventError,
): Readable {
  return Readable.from(eventsOf(reading, asEventError), { objectMode: false });
}

async function* eventsOf(
  reading: AsyncGenerator<ReadingEvent, void>,
  asEventError: (error: unknown) => EventError,
): AsyncGenerator<string> {
  try {
    for await (const event of reading) yield eventText('text' in event ? 'text' : 'end', event);
  } catch (error) {
    yield eventText('error', asEventError(error));
  }
}

/** JSON has no line break outside its escapes, which would end the event. */
function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
