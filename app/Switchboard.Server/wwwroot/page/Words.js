/** What the protocol says in codes, said in words. What the server writes itself stands behind, as text. */
export class Words {
  static #errors = new Map([
    ["malformed", "the server did not understand it"],
    ["unknown-type", "the server is too old to understand it"],
    ["bad-room", "that is no name of a room"],
    ["not-joined", "you are not in that room"],
    ["forbidden", "you are not allowed to"],
    ["too-big", "it is longer than this room allows"],
    ["rate-limited", "too much at once"],
    ["room-full", "the room is full"],
    ["busy", "the server has too much to do"],
    ["unavailable", "the server cannot store messages now"],
    ["refused", "the server refused it"],
    ["unauthenticated", "the server does not know you"],
  ]);

  static #closings = new Map([
    [1001, "The server is stopping."],
    [1008, "The server did not understand this page."],
    [1009, "A message was longer than the server allows."],
    [1013, "The server has too much to do."],
    [4401, "Your permission has expired."],
    [4403, "You are not allowed here."],
  ]);

  static #passing = new Set(["rate-limited", "busy", "unavailable"]);
  static #final = new Set([4401, 4403]);

  /** Whether trying again helps by itself. */
  static isPassing(code) {
    return Words.#passing.has(code);
  }

  /** Whether opening the line again would only be answered the same way. */
  static isFinal(closeCode) {
    return Words.#final.has(closeCode);
  }

  static ofError({ code, message }) {
    return Words.#join(Words.#errors.get(code), message) || "the server gave no reason";
  }

  static ofClosing(code, reason) {
    return Words.#join(Words.#closings.get(code), reason && `The server said: ${reason}`, " ");
  }

  static count(number, one, many = `${one}s`) {
    return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  }

  static #join(ours, theirs, between = ": ") {
    return [ours, theirs].filter(part => typeof part === "string" && part !== "").join(between);
  }
}
