import { Clock } from "./Clock.js";
import { Cord } from "./Cord.js";

/**
 * The log. Every message is set as text, never as markup.
 *
 * Frames have no time of their own, so a message shows when it arrived; those replayed on entry arrived late
 * and show none.
 */
export class MessageList {
  static #longest = 500;

  #log;
  #list;
  #newest;
  #lastSpeaker;
  // Whoever has scrolled back to read is not torn away by what arrives.
  #isFollowing = true;
  #endTop = 0;

  constructor(log, newest) {
    this.#log = log;
    this.#list = log.querySelector("ol");
    this.#newest = newest;
    this.#newest.addEventListener("click", () => this.#scrollToEnd());
    this.#log.addEventListener("scroll", () => {
      this.#isFollowing = this.#isAtEnd;
      this.#newest.hidden ||= this.#isFollowing;
    });
    // Stay at the end when the window, the draft or the notice changes the room there is.
    new ResizeObserver(() => {
      if (this.#isFollowing) {
        this.#scrollToEnd();
      }
    }).observe(log);
  }

  clear() {
    this.#list.replaceChildren();
    this.#lastSpeaker = undefined;
    this.#scrollToEnd();
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  /** While busy a screen reader waits: a replayed history is not read out line by line. */
  set isBusy(isBusy) {
    this.#log.setAttribute("aria-busy", isBusy);
  }

  /** `arrived` is null for a message whose time is not known. */
  add({ name, text }, arrived, isMine) {
    const item = document.createElement("li");
    item.className = "message";
    item.classList.toggle("is-mine", isMine);
    item.classList.toggle("is-continued", this.#lastSpeaker === name);
    if (name !== null) {
      item.dataset.cord = Cord.of(name);
    }
    item.append(MessageList.#span("name", name ?? "someone"), MessageList.#span("text", text));
    if (arrived) {
      item.append(Clock.element(arrived));
    }
    this.#lastSpeaker = name;
    this.#append(item);
  }

  /** A line about the room, not from it. */
  note(text, at) {
    const item = document.createElement("li");
    item.className = "note";
    item.append(MessageList.#span("text", text), Clock.element(at));
    this.#lastSpeaker = undefined;
    this.#append(item);
  }

  get #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 8;
  }

  #append(item) {
    // A scroll is announced later than it happens: a message that comes between must not undo it.
    if (this.#log.scrollTop < this.#endTop - 8 && !this.#isAtEnd) {
      this.#isFollowing = false;
    }
    this.#list.append(item);
    if (this.#list.childElementCount > MessageList.#longest) {
      this.#list.firstElementChild.remove();
      this.#list.firstElementChild.classList.remove("is-continued");
    }
    if (this.#isFollowing || item.classList.contains("is-mine")) {
      this.#scrollToEnd();
    } else {
      this.#newest.hidden = false;
    }
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#endTop = this.#log.scrollTop;
    this.#newest.hidden = true;
    this.#isFollowing = true;
  }

  static #span(className, text) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return span;
  }
}
