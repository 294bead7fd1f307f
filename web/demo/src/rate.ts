/** Rates of events. */

/** After this long without events the rate is 0 [ms]. */
const SILENCE = 3000;

/** Counts events over the last half second or more. */
export class Rate {
  total = 0;
  private since = 0;
  private within = 0;
  private rate = 0;
  private last = Number.NEGATIVE_INFINITY;

  /** One more, at a time [ms]. */
  count(now: number): void {
    this.total++;
    if (now - this.last > SILENCE) {
      this.since = now;
      this.within = 0;
      this.rate = 0;
    }
    this.within++;
    this.last = now;
    if (now - this.since < 500) return;
    this.rate = (1000 * (this.within - 1)) / (now - this.since);
    this.since = now;
    this.within = 1;
  }

  /** Events per second. */
  perSecond(now: number): number {
    return now - this.last > SILENCE ? 0 : this.rate;
  }
}
