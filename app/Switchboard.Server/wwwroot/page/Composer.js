/** Where a message is written. The draft is kept whatever happens to the line. Event: `send` {text}. */
export class Composer extends EventTarget {
  #form;
  #draft;
  #button;
  #hint;
  #memory;

  constructor(form, memory) {
    super();
    this.#form = form;
    this.#draft = form.querySelector("textarea");
    this.#button = form.querySelector("button");
    this.#hint = form.querySelector(".hint");
    this.#memory = memory;
    this.#draft.value = memory.draft;
    this.#draft.addEventListener("input", () => this.#keep());
    this.#draft.addEventListener("keydown", event => this.#onKey(event));
    form.addEventListener("submit", event => this.#onSubmit(event));
  }

  focus() {
    this.#draft.focus();
  }

  /** What is written can only be sent while the line is open; the hint says why not. */
  set isOpen(isOpen) {
    this.#button.disabled = !isOpen;
    this.#hint.textContent = isOpen
      ? "Enter sends, Shift and Enter starts a new line."
      : "You are not connected. Write on: your draft is kept, and can be sent once the line is OPEN.";
  }

  /** Called once the text is on its way. */
  clear() {
    this.#draft.value = "";
    this.#keep();
  }

  /** Texts that may have been lost stand before what has been written since. */
  putBack(texts) {
    this.#draft.value = [...texts, this.#draft.value].filter(text => text !== "").join("\n");
    this.#keep();
  }

  #keep() {
    this.#memory.draft = this.#draft.value;
  }

  #onKey(event) {
    // Enter also picks a word from an input method: that one does not send.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.#button.disabled) {
        this.#form.requestSubmit();
      }
    }
  }

  #onSubmit(event) {
    event.preventDefault();
    const text = this.#draft.value.trim();
    if (text !== "") {
      this.dispatchEvent(new CustomEvent("send", { detail: { text } }));
    }
    this.focus();
  }
}
