/**
 * What is wrong and when it is tried again. The sentence is announced once; the countdown beside it is only seen, not read out
 * every second. Event: `act`, when the button is pressed.
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
    this.#button = root.querySelector(".act");
    this.#button.addEventListener("click", () => this.dispatchEvent(new Event("act")));
  }

  get isShown() {
    return this.#text.textContent !== "";
  }

  get hasFocus() {
    return this.#root.contains(document.activeElement);
  }

  /** `action` is what the button says. */
  show(text, action) {
    clearInterval(this.#timer);
    if (this.#text.textContent !== text) {
      this.#text.textContent = text;
    }
    this.#wait.textContent = "";
    this.#button.textContent = action;
    this.#button.setAttribute("aria-disabled", "false");
    this.#button.hidden = false;
  }

  /** `until` is on the clock of performance.now(). */
  countDown(until) {
    clearInterval(this.#timer);
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
