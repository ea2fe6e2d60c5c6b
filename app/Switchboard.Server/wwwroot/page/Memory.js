/**
 * What outlives a reload. The name, the rooms and how far they were read belong to the browser; the stay, the drafts and what
 * waits to be sent belong to this tab, so that two tabs can be two people. A browser that refuses storage just forgets.
 */
export class Memory {
  static #longest = 200;

  get name() { return this.#read("localStorage", "name") ?? ""; }

  /** The rooms last used, the one looked at first. */
  get rooms() { return this.#read("localStorage", "rooms") ?? ["lobby"]; }

  get stay() {
    const stay = this.#read("sessionStorage", "stay");
    return stay?.rooms?.includes?.(stay.active) ? stay : null;
  }

  /** {name, rooms, active}, or null once left. */
  set stay(stay) {
    this.#write("sessionStorage", "stay", stay);
    if (stay) {
      this.#write("localStorage", "name", stay.name);
      this.#write("localStorage", "rooms", [stay.active, ...stay.rooms.filter(room => room !== stay.active)]);
    }
  }

  get letters() { return this.#read("sessionStorage", "letters") ?? []; }
  set letters(letters) { this.#write("sessionStorage", "letters", letters); }

  draft(room) { return this.#find("sessionStorage", "drafts", room) ?? ""; }
  keepDraft(room, text) { this.#keep("sessionStorage", "drafts", room, text || undefined); }

  /** {epoch, seq} of the last message read, or undefined. */
  position(room) { return this.#find("localStorage", "positions", room); }
  keepPosition(room, position) { this.#keep("localStorage", "positions", room, position); }

  // Pairs, not an object: a room may be called __proto__. The one written last stands last, and the oldest is forgotten.
  #find(storage, key, room) {
    return this.#pairs(storage, key).find(([name]) => name === room)?.[1];
  }

  #keep(storage, key, room, value) {
    const others = this.#pairs(storage, key).filter(([name]) => name !== room);
    this.#write(storage, key, [...others, ...(value === undefined ? [] : [[room, value]])].slice(-Memory.#longest));
  }

  #pairs(storage, key) {
    const pairs = this.#read(storage, key);
    return Array.isArray(pairs) ? pairs : [];
  }

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
