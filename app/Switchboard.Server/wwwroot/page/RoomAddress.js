/** Where a room is found. Everything is relative to the page, so the server may live under any path. */
export class RoomAddress {
  static rule = "A room has 1 to 200 characters and no slash.";

  /** The server's rule. "." and ".." are no rooms because a URL swallows them. */
  static isRoom(text) {
    const bytes = new TextEncoder().encode(text).length;
    return bytes >= 1 && bytes <= 200 && !/[\p{Cc}/]|%2F/iu.test(text) && text !== "." && text !== "..";
  }

  static get rooms() {
    return new URL("rooms", document.baseURI);
  }

  static invitation(room) {
    return new URL(`?${new URLSearchParams({ room })}`, document.baseURI).href;
  }

  /** For any number of rooms, in the JSON format. */
  static line(name) {
    return RoomAddress.#socket(`rooms?as=${encodeURIComponent(name)}`);
  }

  /** For one room, in the plain format. `last` is how many earlier messages to replay on entry. */
  static plain(room, name, last) {
    return RoomAddress.#socket(`rooms/${RoomAddress.#segment(room)}?as=${encodeURIComponent(name)}&last=${last}`);
  }

  static #socket(path) {
    const address = new URL(path, document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return address;
  }

  /** The server takes letters, digits and -_.~ bare, nothing else; encodeURIComponent leaves five more. */
  static #segment(room) {
    return encodeURIComponent(room).replace(/[!'()*]/g, bare => `%${bare.charCodeAt(0).toString(16).toUpperCase()}`);
  }
}
