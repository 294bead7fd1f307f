/** Latest frame wins: one call on its way, at most one waiting, never a queue. */

interface Waiter<Answer> {
  settle(answer: Answer): void;
  reject(error: unknown): void;
}

interface Call<Answer> {
  start: () => Promise<Answer>;
  waiters: Waiter<Answer>[];
}

/** Runs calls one after the other. A call that is overtaken while it waits gets the answer of the one that did. */
export class LatestWins<Answer> {
  #running: Call<Answer> | null = null;
  #waiting: Call<Answer> | null = null;
  #error: Error | null = null;

  /**
   * Adds a call.
   *
   * @param start - begins the work; not called before its turn, nor at all if the call is overtaken.
   * @param finish - makes the result of the answer, at once, before the next call starts.
   */
  add<Result>(start: () => Promise<Answer>, finish: (answer: Answer) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#error) {
        reject(this.#error);
        return;
      }
      const settle = (answer: Answer): void => {
        try {
          resolve(finish(answer));
        } catch (error) {
          reject(error);
        }
      };
      const waiter = { settle, reject };
      if (!this.#running) this.#run({ start, waiters: [waiter] });
      else if (this.#waiting) {
        this.#waiting.start = start;
        this.#waiting.waiters.push(waiter);
      } else this.#waiting = { start, waiters: [waiter] };
    });
  }

  /** Rejects all calls, those to come as well. */
  fail(error: Error): void {
    this.#error ??= error;
    for (const call of [this.#running, this.#waiting]) for (const { reject } of call?.waiters ?? []) reject(error);
    this.#running = null;
    this.#waiting = null;
  }

  async #run(call: Call<Answer>): Promise<void> {
    this.#running = call;
    try {
      const answer = await call.start();
      for (const { settle } of call.waiters) settle(answer);
    } catch (error) {
      for (const { reject } of call.waiters) reject(error);
    }
    if (this.#error) return;
    const next = this.#waiting;
    this.#running = null;
    this.#waiting = null;
    if (next) this.#run(next);
  }
}
