/**
 * What is wrong with the line and when it is tried again. The sentence is announced once;
 * the countdown beside it is only seen, not read out every second. Event: `reconnect`.
 */
export class Notice extends EventTarget {
  #root;
  #text;
  #wait;
  #button;
  #timer = 0;

  constructor(root) {
    super();
    this.#root = root;
    this.#text = root.querySelector(".notice-text");
    this.#wait = root.querySelector(".notice-wait");
    this.#button = root.querySelector(".reconnect");
    this.#button.addEventListener("click", () => this.dispatchEvent(new Event("reconnect")));
  }

  get isShown() {
    return this.#text.textContent !== "";
  }

  get hasFocus() {
    return this.#root.contains(document.activeElement);
  }

  show(text) {
    this.#text.textContent = text;
    this.#button.hidden = false;
  }

  /** `until` is on the clock of performance.now(). */
  countDown(until) {
    clearInterval(this.#timer);
    this.#button.setAttribute("aria-disabled", "false");
    const show = () => {
      const seconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
      this.#wait.textContent = `Next attempt in ${seconds} s`;
    };
    show();
    this.#timer = setInterval(show, 250);
  }

  /** An attempt is under way: the button keeps its place, and its focus, but has nothing to do. */
  attempt() {
    clearInterval(this.#timer);
    this.#button.setAttribute("aria-disabled", "true");
    this.#wait.textContent = "Trying now";
  }

  clear() {
    clearInterval(this.#timer);
    this.#text.textContent = "";
    this.#wait.textContent = "";
    this.#button.hidden = true;
  }
}
