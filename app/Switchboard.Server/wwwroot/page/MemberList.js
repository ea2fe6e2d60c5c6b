import { Cord } from "./Cord.js";

/** Who is there, each at a jack of the board. */
export class MemberList {
  static #longest = 100;

  #count;
  #list;
  #shown = "";

  constructor(root) {
    this.#count = root.querySelector(".count");
    this.#list = root.querySelector("ul");
  }

  /** The list is only touched when it changed: a screen reader's place in it survives. */
  show(attendance, self) {
    const { names, count } = attendance;
    const shown = JSON.stringify([names, count, self]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#count.textContent = count?.toLocaleString("en") ?? "";
    const listed = names.slice(0, MemberList.#longest);
    const items = listed.map(([name, times]) => MemberList.#item(name, times, name === self));
    const others = (count ?? 0) - listed.reduce((sum, [, times]) => sum + times, 0);
    if (listed.length > 0 && others > 0) {
      const more = document.createElement("li");
      more.textContent = `and ${others.toLocaleString("en")} more`;
      items.push(more);
    }
    this.#list.replaceChildren(...items);
  }

  static #item(name, times, isSelf) {
    const item = document.createElement("li");
    item.dataset.cord = Cord.of(name);
    const label = document.createElement("span");
    label.className = "label";
    label.dir = "auto";
    label.textContent = name;
    item.append(label);
    if (times > 1) {
      item.append(MemberList.#remark(`${times}×`));
    }
    if (isSelf) {
      item.append(MemberList.#remark("you"));
    }
    return item;
  }

  static #remark(text) {
    const remark = document.createElement("span");
    remark.className = "remark";
    remark.textContent = text;
    return remark;
  }
}
