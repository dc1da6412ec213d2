import { FrameError } from '../vision/vision.js';

/** Work that waits for its turn. */
interface Waiting {
  start: () => void;
  refuse: (error: Error) => void;
}

/**
 * Work on frames, so many at once; what waits is taken in turn, one of each client, so that who sends many at once waits for
 * itself alone. Where nothing more may wait, the last of whoever has most waiting gives way to a client with less.
 */
export class FairQueue {
  readonly #atOnce: number;
  readonly #capacity: number;
  /** By client, the next whose turn it is first. None of them is empty. */
  readonly #queues = new Map<string, Waiting[]>();
  #running = 0;
  #waiting = 0;

  /**
   * @param atOnce pieces of work under way.
   * @param capacity pieces of work under way or waiting.
   */
  constructor(atOnce: number, capacity: number) {
    this.#atOnce = atOnce;
    this.#capacity = capacity;
  }

  /** Whether as much is under way or waits as may. */
  get isFull(): boolean {
    return this.#running + this.#waiting >= this.#capacity;
  }

  /** @throws FrameError `QUEUE_FULL` if work of that client would be refused now. */
  assertRoom(client: string): void {
    if (this.isFull && !this.#mayDisplace(client)) throw new FrameError('QUEUE_FULL');
  }

  /**
   * Does work when it has its turn.
   *
   * @param isWanted asked when its turn comes: a client that is gone is passed over.
   * @throws FrameError `QUEUE_FULL`; what the work throws.
   */
  async run<T>(client: string, work: () => Promise<T>, isWanted = () => true): Promise<T> {
    await this.#turn(client);
    try {
      if (!isWanted()) throw new FrameError('CLOSED');
      return await work();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  async #turn(client: string): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running += 1;
      return;
    }
    this.assertRoom(client);
    if (this.isFull) this.#displace();
    await new Promise<void>((start, refuse) => {
      const queue = this.#queues.get(client);
      if (queue) queue.push({ start, refuse });
      else this.#queues.set(client, [{ start, refuse }]);
      this.#waiting += 1;
    });
  }

  #mayDisplace(client: string): boolean {
    const [, longest = []] = this.#longest() ?? [];
    return longest.length > (this.#queues.get(client)?.length ?? 0) + 1;
  }

  /** Refuses the last of whoever has most waiting. */
  #displace(): void {
    const [client, queue] = this.#longest() ?? [];
    queue?.pop()?.refuse(new FrameError('QUEUE_FULL'));
    this.#waiting -= 1;
    if (client !== undefined && queue?.length === 0) this.#queues.delete(client);
  }

  #longest(): [string, Waiting[]] | undefined {
    let longest: [string, Waiting[]] | undefined;
    for (const entry of this.#queues) if (entry[1].length > (longest?.[1].length ?? 0)) longest = entry;
    return longest;
  }

  #startNext(): void {
    const [first] = this.#queues;
    if (first === undefined || this.#running >= this.#atOnce) return;
    const [client, queue] = first;
    this.#queues.delete(client);
    const next = queue.shift();
    if (queue.length > 0) this.#queues.set(client, queue);
    this.#waiting -= 1;
    this.#running += 1;
    next?.start();
  }
}
