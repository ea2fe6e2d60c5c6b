/**
 * Where a message is written. The draft of each room is kept whatever happens to the line.
 * Events: `send` {text}; `typing` {isTyping}, not more often than others need to see it.
 */
export class Composer extends EventTarget {
  static #typingPause = 3_000;

  #form;
  #draft;
  #hint;
  #memory;
  #room = "";
  #typingSince = -Infinity;

  constructor(form, memory) {
    super();
    this.#form = form;
    this.#draft = form.querySelector("textarea");
    this.#hint = form.querySelector(".hint");
    this.#memory = memory;
    this.#draft.addEventListener("input", () => this.#onInput());
    this.#draft.addEventListener("keydown", event => this.#onKey(event));
    form.addEventListener("submit", event => this.#onSubmit(event));
  }

  focus() {
    this.#draft.focus();
  }

  /** Goes on with what was written for this room. */
  show(room) {
    this.#room = room;
    this.#draft.value = this.#memory.draft(room);
    this.#typingSince = -Infinity;
  }

  /** What is sent while the line is not open waits for it; the hint says so. */
  set isOpen(isOpen) {
    this.#hint.textContent = isOpen
      ? "Enter sends, Shift and Enter starts a new line."
      : "You are not connected. Write on: what you send waits here, and leaves by itself once the line is OPEN.";
  }

  #onInput() {
    this.#memory.keepDraft(this.#room, this.#draft.value);
    const isTyping = this.#draft.value !== "";
    if (!isTyping) {
      this.#stopTyping();
    } else if (performance.now() - this.#typingSince >= Composer.#typingPause) {
      this.#typingSince = performance.now();
      this.#tell("typing", { isTyping });
    }
  }

  #stopTyping() {
    if (this.#typingSince !== -Infinity) {
      this.#typingSince = -Infinity;
      this.#tell("typing", { isTyping: false });
    }
  }

  #onKey(event) {
    // Enter also picks a word from an input method: that one does not send.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#form.requestSubmit();
    }
  }

  #onSubmit(event) {
    event.preventDefault();
    const text = this.#draft.value.trim();
    if (text !== "") {
      this.#draft.value = "";
      this.#memory.keepDraft(this.#room, "");
      // The message itself tells that its writing is over.
      this.#typingSince = -Infinity;
      this.#tell("send", { text });
    }
    this.focus();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
