/** Who is writing just now. Nobody says that they have stopped because their line dropped, so each is forgotten after a while. */
export class Typists {
  static #forgetAfter = 6_000;
  static #most = 50;

  #timers = new Map();
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  get names() {
    return [...this.#timers.keys()];
  }

  began(name) {
    if (this.#timers.size < Typists.#most || this.#timers.has(name)) {
      clearTimeout(this.#timers.get(name));
      this.#timers.set(name, setTimeout(() => this.stopped(name), Typists.#forgetAfter));
      this.#onChange();
    }
  }

  stopped(name) {
    if (this.#timers.has(name)) {
      clearTimeout(this.#timers.get(name));
      this.#timers.delete(name);
      this.#onChange();
    }
  }

  clear() {
    for (const name of this.names) {
      this.stopped(name);
    }
  }
}
