/**
 * How long to wait before the next attempt: exponential with full jitter, so that a room full of pages
 * does not return to a restarted server in step.
 */
export class Backoff {
  #base;
  #cap;
  #random;
  #attempts = 0;

  /** `base` and `cap` are milliseconds; `random` gives [0, 1). */
  constructor({ base = 500, cap = 30_000, random = Math.random } = {}) {
    this.#base = base;
    this.#cap = cap;
    this.#random = random;
  }

  /** Milliseconds, anywhere between zero and the doubled limit. */
  next() {
    const limit = Math.min(this.#cap, this.#base * 2 ** this.#attempts++);
    return this.#random() * limit;
  }

  reset() {
    this.#attempts = 0;
  }
}
