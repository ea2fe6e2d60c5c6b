/** Where a room is found. Everything is relative to the page, so the server may live under any path. */
export class RoomAddress {
  #room;

  constructor(room) {
    this.#room = room;
  }

  /** The server's rule. "." and ".." are no rooms because a URL swallows them. */
  static isRoom(text) {
    const bytes = new TextEncoder().encode(text).length;
    return bytes >= 1 && bytes <= 200 && !/[\p{Cc}/]|%2F/iu.test(text) && text !== "." && text !== "..";
  }

  static get rooms() {
    return new URL("rooms", document.baseURI);
  }

  get members() {
    return new URL(`rooms/${this.#segment}/members`, document.baseURI);
  }

  get invitation() {
    return new URL(`?${new URLSearchParams({ room: this.#room })}`, document.baseURI);
  }

  /** `last` is how many earlier messages to replay on entry. */
  socket(name, last) {
    const address = new URL(`rooms/${this.#segment}?as=${encodeURIComponent(name)}&last=${last}`, document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return address;
  }

  /** The server takes letters, digits and -_.~ bare, nothing else; encodeURIComponent leaves five more. */
  get #segment() {
    return encodeURIComponent(this.#room).replace(/[!'()*]/g, bare => `%${bare.charCodeAt(0).toString(16).toUpperCase()}`);
  }
}
