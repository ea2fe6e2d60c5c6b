import { Cord } from "./Cord.js";

/** Who is there, each at a jack of the board. */
export class MemberList {
  static #longest = 100;

  #count;
  #list;
  #shown = "";
  #names = new Set();

  constructor(root) {
    this.#count = root.querySelector(".count");
    this.#list = root.querySelector("ul");
  }

  has(name) {
    return this.#names.has(name);
  }

  /** The list is only touched when it changed: a screen reader's place in it survives the polling. */
  show(members) {
    const names = members.toSorted((one, other) => one.localeCompare(other));
    const shown = JSON.stringify(names);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#names = new Set(names);
    this.#count.textContent = names.length;
    const items = names.slice(0, MemberList.#longest).map(name => MemberList.#item(name));
    if (names.length > MemberList.#longest) {
      items.push(MemberList.#item(`and ${names.length - MemberList.#longest} more`));
    }
    this.#list.replaceChildren(...items);
  }

  clear() {
    this.show([]);
    this.#count.textContent = "";
  }

  static #item(name) {
    const item = document.createElement("li");
    item.textContent = name;
    item.dataset.cord = Cord.of(name);
    return item;
  }
}
