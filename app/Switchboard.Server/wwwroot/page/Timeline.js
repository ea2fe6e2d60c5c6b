/**
 * What the log shows of one room, in order: messages, and notes between them. Entries never move; what is kept in memory may be
 * cut at the old end, from where it can be asked for again.
 *
 * An entry is {kind: "message", seq, from, at, data, isMine} or {kind: "note" or "mark", text, at}.
 * Events: `append`; `prepend` {count}; `cut` {count}; `change` {entry}.
 */
export class Timeline extends EventTarget {
  static #longest = 20_000;
  static #kept = 10_000;

  #entries = [];
  // What stands before this was counted differently by the server, or is gone there: nothing older can be asked for.
  #sealed = 0;
  #mark = null;

  get length() {
    return this.#entries.length;
  }

  at(index) {
    return this.#entries[index];
  }

  get hasMessages() {
    return this.#entries.some(entry => entry.kind === "message");
  }

  /** The sequence of the oldest message that the server knows by it, or undefined. */
  get oldest() {
    return this.#entries.slice(this.#sealed).find(entry => entry.kind === "message")?.seq;
  }

  get isSealed() {
    return this.#sealed > 0;
  }

  append(entry) {
    this.#entries.push(entry);
    this.#tell("append");
    return entry;
  }

  prepend(entries) {
    this.#entries.unshift(...entries);
    this.#tell("prepend", { count: entries.length });
  }

  change(entry, change) {
    Object.assign(entry, change);
    this.#tell("change", { entry });
  }

  /** What comes now was not read yet. There is one such place. */
  mark() {
    if (this.#mark) {
      this.change(this.#mark, { text: "" });
    }
    this.#mark = this.append({ kind: "mark", text: "New", at: null });
  }

  /** What comes now has other sequences. */
  seal() {
    this.#sealed = this.#entries.length;
  }

  /** Keeps memory bounded where nobody reads back. True if something is gone that the server may still have. */
  cut() {
    if (this.#entries.length <= Timeline.#longest) {
      return false;
    }
    const count = Math.max(this.#entries.length - Timeline.#kept, this.#sealed);
    this.#entries.splice(0, count);
    this.#sealed = 0;
    this.#tell("cut", { count });
    return true;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
