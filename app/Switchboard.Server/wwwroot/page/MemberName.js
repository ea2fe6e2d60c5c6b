/** What one is called in a room. Longer names are allowed by the server, and not helped by the page. */
export class MemberName {
  static isValid(text) {
    return /^\P{Cc}{1,40}$/u.test(text) && text.trim() === text;
  }
}
