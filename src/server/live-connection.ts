import type { WebSocket } from '@fastify/websocket';
import type { EmotionStream, StreamedFrame } from '../emotion/emotion-stream.js';
import type { FrameGate, Sender } from './frame-gate.js';
import { faceWithLandmarks } from './face-answer.js';
import { closeSoon } from './plugins/web-sockets.js';
import { RequestError } from './request-error.js';
import type { LiveError, LiveFrame } from './schemas/live.js';
import { texts } from './texts.js';

export interface LiveTimes {
  /** From one ping to the next; a client that has not answered by then is gone. Milliseconds. */
  ping: number;
  /** A client that has sent no frame for so long is asked to come back when it has one. Milliseconds. */
  idle: number;
}

/** Why a connection is closed, in the numbers of RFC 6455; from 4000 on they are ours. */
export const closeCodes = { unsupportedData: 1003, policyViolation: 1008, tryAgainLater: 1013, idle: 4408 };

let nextStream = 1;

/** One client of `/live`: a frame in, an answer out, one at a time. No frame is kept. */
export class LiveConnection {
  readonly #socket: WebSocket;
  readonly #gate: FrameGate;
  readonly #stream: EmotionStream;
  readonly #explain: (error: unknown) => LiveError;
  /** Each stream has turns of its own: people who share an address, as a class does, do not wait for each other. */
  readonly #sender: Sender;
  #frameUnderWay = false;
  #lastFrameAt = performance.now();
  #answersPings = true;

  /** @param stream of the gate's; it is closed with the connection. @param explain what the client is told of an error. */
  constructor(
    socket: WebSocket,
    gate: FrameGate,
    stream: EmotionStream,
    times: LiveTimes,
    explain: (error: unknown) => LiveError,
  ) {
    this.#socket = socket;
    this.#gate = gate;
    this.#stream = stream;
    this.#explain = explain;
    this.#sender = {
      name: `stream ${nextStream++}`,
      isThere: () => socket.readyState === socket.OPEN,
    };
    socket.on('message', (data: Buffer, isBinary: boolean) => void this.#receive(data, isBinary));
    socket.on('pong', () => (this.#answersPings = true));
    const pings = setInterval(() => this.#ping(times.idle), times.ping);
    socket.once('close', () => {
      clearInterval(pings);
      this.#stream.close();
    });
  }

  async #receive(data: Buffer, isBinary: boolean): Promise<void> {
    if (!isBinary) return this.#refuse(notAFrame(), closeCodes.unsupportedData);
    if (this.#frameUnderWay) return this.#refuse(frameUnderWay(), closeCodes.policyViolation);
    this.#frameUnderWay = true;
    this.#lastFrameAt = performance.now();
    // Under way until the client has taken the answer: one that does not read costs no memory.
    await this.#send(await this.#answerTo(data));
    this.#frameUnderWay = false;
  }

  async #answerTo(bytes: Uint8Array): Promise<LiveFrame | LiveError> {
    try {
      this.#gate.assertRoom(this.#sender.name);
      const at = performance.now();
      return answerFor(await this.#gate.recognizeStreamed(this.#sender, this.#stream, bytes, at));
    } catch (error) {
      return this.#explain(error);
    }
  }

  async #send(message: LiveFrame | LiveError): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    // A connection that breaks meanwhile says so by its 'close' event.
    await new Promise<void>((resolve) => this.#socket.send(JSON.stringify(message), () => resolve()));
  }

  async #refuse(error: RequestError, code: number): Promise<void> {
    await this.#send(this.#explain(error));
    closeSoon(this.#socket, code);
  }

  #ping(idle: number): void {
    if (!this.#answersPings) {
      this.#socket.terminate();
      return;
    }
    if (performance.now() - this.#lastFrameAt > idle) {
      closeSoon(this.#socket, closeCodes.idle);
      return;
    }
    this.#answersPings = false;
    this.#socket.ping();
  }
}

function answerFor({ width, height, faces, look }: StreamedFrame): LiveFrame {
  return {
    width,
    height,
    faces: faces.map((face) => ({ ...faceWithLandmarks(face), id: face.id, readable: face.readable })),
    look,
  };
}

function notAFrame(): RequestError {
  return new RequestError(400, 'NOT_A_FRAME', texts.notAFrame);
}

function frameUnderWay(): RequestError {
  return new RequestError(429, 'FRAME_UNDER_WAY', texts.frameUnderWay);
}
