/** Latest frame wins: one call runs, at most one waits, never more. */

interface Caller<Outcome> {
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

interface Call<Outcome> {
  start: () => Promise<Outcome>;
  callers: Caller<Outcome>[];
}

/** Runs calls one after the other. A newer call replaces the waiting one, and both get its outcome. */
export class LatestWins<Outcome> {
  #running: Call<Outcome> | null = null;
  #waiting: Call<Outcome> | null = null;
  #error: Error | null = null;

  /**
   * Adds a call.
   *
   * @param start - begins the work; called when its turn comes, never if a newer call replaces it.
   * @param finish - turns the outcome into the caller's result, before the next call starts.
   */
  add<Result>(start: () => Promise<Outcome>, finish: (outcome: Outcome) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#error) {
        reject(this.#error);
        return;
      }
      const finishOne = (outcome: Outcome): void => {
        try {
          resolve(finish(outcome));
        } catch (error) {
          reject(error);
        }
      };
      const caller = { resolve: finishOne, reject };
      if (!this.#running) this.#run({ start, callers: [caller] });
      else if (this.#waiting) {
        this.#waiting.start = start;
        this.#waiting.callers.push(caller);
      } else this.#waiting = { start, callers: [caller] };
    });
  }

  /** Rejects all calls, present and future. */
  fail(error: Error): void {
    this.#error ??= error;
    for (const call of [this.#running, this.#waiting]) for (const { reject } of call?.callers ?? []) reject(error);
    this.#running = null;
    this.#waiting = null;
  }

  async #run(call: Call<Outcome>): Promise<void> {
    this.#running = call;
    try {
      const outcome = await call.start();
      for (const { resolve } of call.callers) resolve(outcome);
    } catch (error) {
      for (const { reject } of call.callers) reject(error);
    }
    if (this.#error) return;
    const next = this.#waiting;
    this.#running = null;
    this.#waiting = null;
    if (next) this.#run(next);
  }
}
