/** Names for messages and questions, which nobody else gives. */
export class Identifier {
  /** `source` is the browser's: randomUUID is missing on pages that came over plain http from another host. */
  static next(source = crypto) {
    return source.randomUUID?.() ?? Array.from(source.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
  }
}
