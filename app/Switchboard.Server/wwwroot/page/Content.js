/** The data of a message as an element: text as it is, bytes as their number, all else as compact JSON. Never as markup. */
export class Content {
  static element(data) {
    if (typeof data === "string") {
      return Content.#text("span", data);
    }
    if (Content.#isBinary(data)) {
      return Content.#text("span", `[binary, ${Content.#bytes(data.base64)} bytes]`, "is-binary");
    }
    return Content.#text("code", JSON.stringify(data) ?? "");
  }

  static #isBinary(data) {
    return typeof data?.base64 === "string" && Object.keys(data).length === 1;
  }

  static #bytes(base64) {
    return Math.floor(base64.replace(/=+$/, "").length * 3 / 4);
  }

  static #text(tag, text, className = "is-text") {
    const element = document.createElement(tag);
    element.className = `text ${className}`;
    // Letters that run from right to left turn their own line, and nothing beside it.
    element.dir = "auto";
    element.textContent = text;
    return element;
  }
}
