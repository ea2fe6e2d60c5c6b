import { RoomAddress } from "./RoomAddress.js";

/** The rooms one is plugged into, with what is unread in each. Events: `turn` {name}, `leave` {name}. */
export class RoomList extends EventTarget {
  static #most = 99;

  #list;
  #form;
  #input;
  #problem;
  #items = new Map();

  constructor(root) {
    super();
    this.#list = root.querySelector("ul");
    this.#form = root.querySelector("form");
    this.#input = root.querySelector("input");
    this.#problem = root.querySelector(".problem");
    this.#form.addEventListener("submit", event => this.#onSubmit(event));
  }

  /** Items stay the same elements, so that a button keeps its focus. */
  show(rooms, active) {
    const items = new Map(rooms.map(room => [room.name, this.#items.get(room.name) ?? this.#item(room.name)]));
    for (const [name, item] of this.#items) {
      if (!items.has(name)) {
        item.remove();
      }
    }
    for (const room of rooms) {
      const item = items.get(room.name);
      item.dataset.state = room.state;
      item.querySelector(".room").setAttribute("aria-current", room === active);
      const unread = item.querySelector(".unread");
      unread.hidden = room.unread === 0;
      unread.querySelector(".number").textContent = room.unread > RoomList.#most ? `${RoomList.#most}+` : room.unread;
      if (!item.isConnected) {
        this.#list.append(item);
      }
    }
    this.#items = items;
  }

  focus() {
    this.#list.querySelector("[aria-current=true]")?.focus();
  }

  #item(name) {
    const item = document.createElement("li");
    const turn = RoomList.#button("room", () => this.#tell("turn", name));
    turn.title = name;
    const label = RoomList.#span("label", name);
    label.dir = "auto";
    const unread = RoomList.#span("unread", "");
    unread.append(RoomList.#span("number", ""), RoomList.#span("visually-hidden", " unread"));
    turn.append(label, " ", unread);
    const leave = RoomList.#button("leave-room", () => this.#tell("leave", name));
    leave.ariaLabel = `Leave ${name}`;
    leave.textContent = "×";
    item.append(turn, leave);
    return item;
  }

  #onSubmit(event) {
    event.preventDefault();
    const name = this.#input.value.trim();
    const isRoom = RoomAddress.isRoom(name);
    this.#input.setAttribute("aria-invalid", !isRoom);
    this.#problem.textContent = isRoom ? "" : RoomAddress.rule;
    if (isRoom) {
      this.#input.value = "";
      this.#tell("turn", name);
    } else {
      this.#input.focus();
    }
  }

  #tell(type, name) {
    this.dispatchEvent(new CustomEvent(type, { detail: { name } }));
  }

  static #button(className, onClick) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = className;
    button.addEventListener("click", onClick);
    return button;
  }

  static #span(className, text) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return span;
  }
}
