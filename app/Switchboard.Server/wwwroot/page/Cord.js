/** Each name has its cord: one of eight colours, the same for everyone in the room. */
export class Cord {
  static #colours = 8;

  static of(name) {
    let hash = 0;
    for (const character of name) {
      hash = (hash * 31 + character.codePointAt(0)) >>> 0;
    }
    return hash % Cord.#colours;
  }
}
