import { MemberName } from "./MemberName.js";
import { RoomAddress } from "./RoomAddress.js";

/** Asks for a name and a room. Event: `enter` {name, room}. */
export class EntryForm extends EventTarget {
  #root;
  #name;
  #room;
  #openRooms;
  #command;
  #memory;

  constructor(root, memory) {
    super();
    this.#root = root;
    this.#name = root.querySelector("#name");
    this.#room = root.querySelector("#room");
    this.#openRooms = root.querySelector("datalist");
    this.#command = root.querySelector("code");
    this.#memory = memory;
    root.addEventListener("input", () => this.#showCommand());
    root.querySelector("form").addEventListener("submit", event => this.#onSubmit(event));
  }

  show(room) {
    document.title = "Switchboard";
    this.#name.value = this.#memory.name;
    this.#room.value = room;
    this.#root.hidden = false;
    this.#name.focus();
    this.#showCommand();
    this.#suggestRooms();
  }

  hide() {
    this.#root.hidden = true;
  }

  #onSubmit(event) {
    event.preventDefault();
    const name = this.#name.value.trim();
    const room = this.#room.value.trim();
    const isName = this.#judge(this.#name, MemberName.isValid(name), "A name has 1 to 40 characters.");
    const isRoom = this.#judge(this.#room, RoomAddress.isRoom(room), RoomAddress.rule);
    if (isName && isRoom) {
      this.dispatchEvent(new CustomEvent("enter", { detail: { name, room } }));
    } else {
      (isName ? this.#room : this.#name).focus();
    }
  }

  #judge(input, isValid, problem) {
    input.setAttribute("aria-invalid", !isValid);
    this.#root.querySelector(`#${input.id}-problem`).textContent = isValid ? "" : problem;
    return isValid;
  }

  #showCommand() {
    const room = RoomAddress.isRoom(this.#room.value) ? this.#room.value : "lobby";
    this.#command.textContent = `npx wscat -c "${RoomAddress.plain(room, this.#name.value || "ada", 50)}"`;
  }

  async #suggestRooms() {
    try {
      const { rooms } = await (await fetch(RoomAddress.rooms)).json();
      this.#openRooms.replaceChildren(...rooms.map(({ name, members }) => new Option(`${members} here`, name)));
    } catch {
      // Suggestions are a courtesy: the room can be typed.
    }
  }
}
