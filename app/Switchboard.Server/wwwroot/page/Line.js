import { Backoff } from "./Backoff.js";
import { RoomAddress } from "./RoomAddress.js";
import { Words } from "./Words.js";

/**
 * The one line to the server, over which all rooms are heard. It reopens by itself until told to close, or until the server has
 * said that it would not help.
 *
 * Events: `state` whenever readyState changed; `open`; `frame` {frame}; `drop` {wasOpen, code, reason, retryAt}, where `retryAt` is
 * null if there is no next attempt; `refusal` {text} behind a `drop`, when the server could be asked; `end` after `close()`.
 */
export class Line extends EventTarget {
  static #format = "switchboard.v1.json";
  static #connectTimeout = 10_000;
  static #questionTimeout = 5_000;
  // A line that held this long has earned a quick first retry; one that drops at once has not.
  static #steadyAfter = 5_000;

  #name;
  #backoff;
  #socket = null;
  #timer = 0;
  #openedAt = null;
  #isLeaving = false;

  constructor(name, backoff = new Backoff()) {
    super();
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
    this.#socket = new WebSocket(RoomAddress.line(this.#name), Line.#format);
    this.#socket.onopen = () => this.#onOpen();
    this.#socket.onmessage = ({ data }) => this.#onMessage(data);
    this.#socket.onclose = ({ code, reason }) => this.#onClose(code, reason);
    this.#timer = setTimeout(() => this.#hangUp(), Line.#connectTimeout);
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
  send(frame) {
    if (!this.isOpen) {
      return false;
    }
    this.#socket.send(JSON.stringify(frame));
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
    this.#openedAt = performance.now();
    this.#tell("state");
    this.#tell("open");
  }

  #onMessage(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      // A server of another kind: what it says is not for this page.
      return;
    }
    if (typeof frame?.type === "string") {
      this.#tell("frame", { frame });
    }
  }

  #onClose(code, reason) {
    clearTimeout(this.#timer);
    const wasOpen = this.#openedAt !== null;
    if (wasOpen && performance.now() - this.#openedAt >= Line.#steadyAfter) {
      this.#backoff.reset();
    }
    this.#openedAt = null;
    this.#tell("state");
    if (this.#isLeaving) {
      this.#tell("end");
      return;
    }
    const isFinal = Words.isFinal(code);
    const wait = this.#backoff.next();
    if (!isFinal) {
      this.#timer = setTimeout(() => this.open(), wait);
    }
    this.#tell("drop", { wasOpen, code, reason, retryAt: isFinal ? null : performance.now() + wait });
    if (!wasOpen) {
      this.#askWhy();
    }
  }

  /** A browser does not tell why an opening failed. The same server, asked over HTTP, often does. */
  async #askWhy() {
    const socket = this.#socket;
    let text = "";
    try {
      const answer = await fetch(RoomAddress.rooms, { signal: AbortSignal.timeout(Line.#questionTimeout) });
      if (answer.ok) {
        text = "The server answers, but no WebSocket gets through to it.";
      } else {
        const problem = await answer.json().catch(() => null);
        text = `The server refuses (${answer.status}): ${problem?.detail ?? problem?.title ?? answer.statusText}`;
      }
    } catch {
      // Nobody there: that is what the notice says already.
      return;
    }
    if (socket === this.#socket && !this.#isLeaving) {
      this.#tell("refusal", { text });
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
