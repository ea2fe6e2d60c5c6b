import { Identifier } from "./Identifier.js";

/**
 * Letters: what was written and is not known to be stored yet. Each keeps its id through every attempt and over a reload, so
 * the room has it once however often it is sent. A letter is `queued`, `sent`, `waiting` (the server asked for a pause), `stored`
 * (and about to appear in its place), or `failed`, with the `problem` in words. Event: `change` {room}.
 */
export class Outbox extends EventTarget {
  #memory;
  #letters;

  constructor(memory) {
    super();
    this.#memory = memory;
    // Whatever was under way when the page went: it is sent again, under the same id.
    this.#letters = memory.letters.map(letter => letter.state === "failed" ? letter : { ...letter, state: "queued" });
  }

  add(room, text) {
    const letter = { id: Identifier.next(), room, text, at: Date.now(), state: "queued", problem: "", attempts: 0 };
    this.#letters.push(letter);
    this.#changed(room);
    return letter;
  }

  /** Oldest first. */
  of(room) {
    return this.#letters.filter(letter => letter.room === room);
  }

  find(id) {
    return this.#letters.find(letter => letter.id === id);
  }

  move(letter, state, problem = "") {
    letter.state = state;
    letter.problem = problem;
    this.#changed(letter.room);
  }

  remove(letter) {
    this.#letters = this.#letters.filter(other => other !== letter);
    this.#changed(letter.room);
  }

  clear(room) {
    this.#letters = this.#letters.filter(letter => letter.room !== room);
    this.#changed(room);
  }

  #changed(room) {
    this.#memory.letters = this.#letters;
    this.dispatchEvent(new CustomEvent("change", { detail: { room } }));
  }
}
