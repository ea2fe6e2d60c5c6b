/**
 * Who says what. A frame carries neither sender nor time, so by custom the text begins with the speaker:
 * `ada: Hello`. That reads well in any client, and is no proof of who sent it.
 */
export class Speech {
  static isName(text) {
    return /^[^\p{Cc}:]{1,40}$/u.test(text) && text.trim() === text;
  }

  static toFrame(name, text) {
    return `${name}: ${text}`;
  }

  /** `data` is a WebSocket's: a string or a Blob. The name is null where the frame does not tell. */
  static fromFrame(data) {
    if (typeof data !== "string") {
      return { name: null, text: `[binary, ${data.size} bytes]` };
    }
    const spoken = /^([^\n:]{1,40}): ([^]*)$/.exec(data);
    return spoken ? { name: spoken[1], text: spoken[2] } : { name: null, text: data };
  }
}
