/** How finely the view is drawn: coarser where drawing is slow and something moves, sharp when all is still. */

/** A drawing that moves should not take longer than this [ms]. */
const AIM = 40;
/** Parts of the full resolution, across and up. */
const PARTS = [0.4, 0.6, 0.8, 1] as const;
/** The view is drawn sharp when it has not changed for this long [ms]. */
const STILL = 250;

/** Chooses the resolution of each drawing by the time that the one before took. The first drawing is quick on any device. */
export class Resolution {
  private step = 0;
  private last = Number.NEGATIVE_INFINITY;
  private inRow = false;
  private sharp = true;

  /**
   * The part of the full resolution for a drawing that begins now [ms].
   *
   * A browser waits for a slow drawing before its next frame, so the time between drawings in a row is what one takes.
   */
  next(now: number): number {
    const took = now - this.last;
    if (this.inRow && took > 1.5 * AIM) this.step = Math.max(0, this.step - 1);
    else if (this.inRow && this.step + 1 < PARTS.length) {
      const growth = (PARTS[this.step + 1] / PARTS[this.step]) ** 2;
      if (took * growth <= AIM) this.step++;
    }
    this.last = now;
    this.inRow = true;
    this.sharp = this.step === PARTS.length - 1;
    return PARTS[this.step];
  }

  /** Nothing has changed in this frame of the page [ms]. Returns whether the view wants a drawing at full resolution. */
  rest(now: number): boolean {
    this.inRow = false;
    if (this.sharp || now - this.last < STILL) return false;
    this.sharp = true;
    return true;
  }
}
