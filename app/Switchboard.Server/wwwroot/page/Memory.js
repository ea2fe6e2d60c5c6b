/**
 * What outlives a reload. The name and room last used belong to the browser; the stay in a room and the draft
 * belong to this tab, so that two tabs can be two people. A browser that refuses storage just forgets.
 */
export class Memory {
  get name() { return this.#read("localStorage", "name") ?? ""; }
  get room() { return this.#read("localStorage", "room") ?? "lobby"; }

  get stay() { return this.#read("sessionStorage", "stay"); }
  /** {name, room}, or null once left. */
  set stay(stay) {
    this.#write("sessionStorage", "stay", stay);
    if (stay) {
      this.#write("localStorage", "name", stay.name);
      this.#write("localStorage", "room", stay.room);
    }
  }

  get draft() { return this.#read("sessionStorage", "draft") ?? ""; }
  set draft(text) { this.#write("sessionStorage", "draft", text); }

  #read(storage, key) {
    try {
      return JSON.parse(window[storage].getItem(`switchboard.${key}`));
    } catch {
      return null;
    }
  }

  #write(storage, key, value) {
    try {
      window[storage].setItem(`switchboard.${key}`, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden.
    }
  }
}
