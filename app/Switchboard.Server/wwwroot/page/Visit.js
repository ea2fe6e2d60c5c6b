import { Line } from "./Line.js";
import { Outbox } from "./Outbox.js";
import { Room } from "./Room.js";

/**
 * A stay at the exchange: one name, one line, several rooms, of which one is looked at.
 *
 * Events: those of the line; `rooms` when there are others, or another one is looked at; `change` {room};
 * `outbox` {room}; `complaint` {error}, of the server, about nothing that was asked.
 */
export class Visit extends EventTarget {
  #memory;
  #rooms = new Map();
  #active;

  constructor({ name, rooms, active }, memory) {
    super();
    this.name = name;
    this.line = new Line(name);
    this.outbox = new Outbox(memory);
    this.#memory = memory;
    for (const room of rooms) {
      this.#add(room);
    }
    this.#active = this.#rooms.get(active);
    this.line.addEventListener("open", () => this.rooms.forEach(room => room.join()));
    this.line.addEventListener("frame", ({ detail }) => this.#onFrame(detail.frame));
    this.line.addEventListener("drop", ({ detail }) => this.rooms.forEach(room => room.away(detail.code)));
    this.outbox.addEventListener("change", ({ detail }) => this.#tell("outbox", detail));
    this.#remember();
  }

  get rooms() {
    return [...this.#rooms.values()];
  }

  get active() {
    return this.#active;
  }

  /** Joins the room if it is a new one, and looks at it. */
  turnTo(name) {
    const room = this.#rooms.get(name) ?? this.#add(name);
    if (room.state === "away") {
      room.join();
    }
    this.#active = room;
    this.#remember();
    this.#tell("rooms");
  }

  /** The last room is not left: that is the end of the visit. */
  leave(name) {
    const names = [...this.#rooms.keys()];
    const index = names.indexOf(name);
    this.#rooms.get(name).leave();
    this.#rooms.delete(name);
    if (this.#active.name === name) {
      this.#active = this.#rooms.get(names[index + 1] ?? names[index - 1]);
    }
    this.#remember();
    this.#tell("rooms");
  }

  #add(name) {
    const room = new Room(name, this.name, this.line, this.outbox, this.#memory);
    this.#rooms.set(name, room);
    room.addEventListener("change", () => this.#tell("change", { room }));
    return room;
  }

  #onFrame(frame) {
    const room = this.#rooms.get(frame.room ?? this.outbox.find(frame.id)?.room);
    if (room) {
      room.receive(frame);
    } else if (frame.type === "error") {
      this.#tell("complaint", { error: frame });
    }
  }

  #remember() {
    this.#memory.stay = { name: this.name, rooms: [...this.#rooms.keys()], active: this.#active.name };
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
