import { Content } from "./Content.js";
import { Cord } from "./Cord.js";
import { EntryElement } from "./EntryElement.js";

/**
 * What is not stored yet, below the log, with what becomes of it. Items stay the same elements while their state changes, so that
 * a button keeps its focus. Events: `retry` {letter}, `discard` {letter}.
 */
export class LetterList extends EventTarget {
  static #words = new Map([
    ["queued", "Waits for the line"],
    ["sent", "Sending"],
    ["waiting", "Tried again in a moment"],
    ["stored", "Stored"],
    ["failed", "Not sent"],
  ]);

  #list;
  #items = new Map();

  constructor(list) {
    super();
    this.#list = list;
  }

  get isEmpty() {
    return this.#items.size === 0;
  }

  show(letters, self) {
    const items = new Map(letters.map(letter => [letter.id, this.#items.get(letter.id) ?? this.#item(letter, self)]));
    for (const [id, item] of this.#items) {
      if (!items.has(id)) {
        item.remove();
      }
    }
    for (const letter of letters) {
      const item = items.get(letter.id);
      if (item.dataset.state !== letter.state) {
        item.dataset.state = letter.state;
        item.querySelector(".fate").textContent = LetterList.#words.get(letter.state) + (letter.problem && `: ${letter.problem}`);
        item.querySelector(".remedy").hidden = letter.state !== "failed";
      }
      if (!item.isConnected) {
        this.#list.append(item);
      }
    }
    this.#items = items;
  }

  #item(letter, self) {
    const item = document.createElement("li");
    item.className = "log-entry letter";
    const message = document.createElement("div");
    message.className = "message is-mine";
    message.dataset.cord = Cord.of(self);
    const fate = document.createElement("span");
    fate.className = "fate";
    const remedy = document.createElement("span");
    remedy.className = "remedy";
    remedy.append(this.#button("Retry", "retry", letter), this.#button("Discard", "discard", letter));
    message.append(EntryElement.name(self), Content.element(letter.text), fate, remedy);
    item.append(message);
    return item;
  }

  #button(label, type, letter) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent(type, { detail: { letter } })));
    return button;
  }
}
