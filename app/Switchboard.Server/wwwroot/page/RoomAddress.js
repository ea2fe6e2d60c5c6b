/** Where a room is found. Everything is relative to the page, so the server may live under any path. */
export class RoomAddress {
  #room;

  constructor(room) {
    this.#room = room;
  }

  /** "." and ".." are legal characters but no room: a URL swallows them. */
  static isRoom(text) {
    return /^[A-Za-z0-9_.~-]{1,200}$/.test(text) && text !== "." && text !== "..";
  }

  static get rooms() {
    return new URL("rooms", document.baseURI);
  }

  get members() {
    return new URL(`rooms/${encodeURIComponent(this.#room)}/members`, document.baseURI);
  }

  get invitation() {
    return new URL(`?${new URLSearchParams({ room: this.#room })}`, document.baseURI);
  }

  /** `last` is how many earlier messages to replay on entry. */
  socket(name, last) {
    const query = new URLSearchParams({ as: name, last });
    const address = new URL(`rooms/${encodeURIComponent(this.#room)}?${query}`, document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return address;
  }
}
