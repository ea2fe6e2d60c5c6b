/**
 * One member's line to one room. It reopens by itself until told to close.
 *
 * Events: `state` whenever readyState changed; `open` {isReturn}; `frame` {data};
 * `drop` {wasOpen, reason, retryAt} when the next attempt is waiting; `end` after `close()`.
 */
export class RoomConnection extends EventTarget {
  static #replayed = 50;
  static #connectTimeout = 10_000;
  // A line that held this long has earned a quick first retry; one that drops at once has not.
  static #steadyAfter = 5_000;

  #address;
  #name;
  #backoff;
  #socket = null;
  #timer = 0;
  #openedAt = null;
  #hasEntered = false;
  #isLeaving = false;

  constructor(address, name, backoff) {
    super();
    this.#address = address;
    this.#name = name;
    this.#backoff = backoff;
  }

  get readyState() {
    return this.#socket?.readyState ?? WebSocket.CLOSED;
  }

  get isOpen() {
    return this.readyState === WebSocket.OPEN;
  }

  open() {
    // After a drop the page has the room's messages up to then: replaying would show them twice.
    const last = this.#hasEntered ? 0 : RoomConnection.#replayed;
    this.#socket = new WebSocket(this.#address.socket(this.#name, last));
    this.#socket.onopen = () => this.#onOpen();
    this.#socket.onmessage = ({ data }) => this.#tell("frame", { data });
    this.#socket.onclose = ({ reason }) => this.#onClose(reason);
    this.#timer = setTimeout(() => this.#hangUp(), RoomConnection.#connectTimeout);
    this.#tell("state");
  }

  /** Cuts a wait for the next attempt short; otherwise does nothing. */
  reconnectNow() {
    if (this.readyState === WebSocket.CLOSED && !this.#isLeaving) {
      clearTimeout(this.#timer);
      this.open();
    }
  }

  /** False, and nothing is sent, unless the line is OPEN: a socket takes text in CLOSING too, and drops it. */
  send(text) {
    if (!this.isOpen) {
      return false;
    }
    this.#socket.send(text);
    return true;
  }

  close() {
    this.#isLeaving = true;
    clearTimeout(this.#timer);
    if (this.readyState === WebSocket.CLOSED) {
      this.#tell("end");
    } else {
      this.#hangUp();
    }
  }

  #hangUp() {
    this.#socket.close();
    this.#tell("state");
  }

  #onOpen() {
    clearTimeout(this.#timer);
    const isReturn = this.#hasEntered;
    this.#hasEntered = true;
    this.#openedAt = performance.now();
    this.#tell("state");
    this.#tell("open", { isReturn });
  }

  #onClose(reason) {
    clearTimeout(this.#timer);
    const wasOpen = this.#openedAt !== null;
    if (wasOpen && performance.now() - this.#openedAt >= RoomConnection.#steadyAfter) {
      this.#backoff.reset();
    }
    this.#openedAt = null;
    this.#tell("state");
    if (this.#isLeaving) {
      this.#tell("end");
      return;
    }
    const wait = this.#backoff.next();
    this.#timer = setTimeout(() => this.open(), wait);
    this.#tell("drop", { wasOpen, reason, retryAt: performance.now() + wait });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
