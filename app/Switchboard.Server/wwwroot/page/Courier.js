import { Words } from "./Words.js";

/**
 * Carries letters from the outbox to one room: one after the other, so that they arrive in the order in which they were
 * written even when the server asks for a pause.
 */
export class Courier {
  static #answerTimeout = 20_000;
  static #usualPause = 1;
  // A letter that was under way each time the line dropped may be why it dropped.
  static #attempts = 5;

  #room;
  #line;
  #outbox;
  #isReady = false;
  #timer = 0;

  constructor(room, line, outbox) {
    this.#room = room;
    this.#line = line;
    this.#outbox = outbox;
  }

  /** Called once the room has told what it has: what is in the outbox then is not there yet. */
  start() {
    this.#isReady = true;
    this.go();
  }

  /** Sends the next letter, if it is time for one. */
  go() {
    const letters = this.#outbox.of(this.#room);
    const next = letters.find(({ state }) => state === "queued");
    if (!this.#isReady || !next || letters.some(({ state }) => state === "sent" || state === "waiting")) {
      return;
    }
    if (this.#line.send({ type: "publish", room: this.#room, id: next.id, data: next.text })) {
      next.attempts++;
      this.#outbox.move(next, "sent");
      this.#wait(Courier.#answerTimeout, () => this.#fail(next, "no answer came"));
    }
  }

  /** It is stored. `isShown` says that the room has shown it already. */
  stored(letter, isShown) {
    this.#answered(letter);
    if (isShown) {
      this.#outbox.remove(letter);
    } else {
      this.#outbox.move(letter, "stored");
    }
    this.go();
  }

  refused(letter, error) {
    this.#answered(letter);
    if (Words.isPassing(error.code)) {
      const pause = Number.isFinite(error.retryAfter) && error.retryAfter >= 0 ? error.retryAfter : Courier.#usualPause;
      this.#outbox.move(letter, "waiting", Words.ofError(error));
      this.#wait(pause * 1000, () => this.#again(letter));
    } else if (error.code === "not-joined") {
      this.#isReady = false;
      this.#outbox.move(letter, "queued");
    } else {
      this.#fail(letter, Words.ofError(error));
    }
  }

  retry(letter) {
    letter.attempts = 0;
    this.#again(letter);
  }

  /** The line dropped, with this close code. */
  stop(code) {
    this.#isReady = false;
    clearTimeout(this.#timer);
    for (const letter of this.#outbox.of(this.#room)) {
      if (letter.state === "sent" && (code === 1008 || code === 1009)) {
        this.#outbox.move(letter, "failed", Words.ofClosing(code));
      } else if (letter.state === "sent" && letter.attempts >= Courier.#attempts) {
        this.#outbox.move(letter, "failed", "the line dropped at each attempt");
      } else if (letter.state !== "failed") {
        this.#outbox.move(letter, "queued");
      }
    }
  }

  // Of a letter that was given up the answer may still come, while the next one is under way.
  #answered(letter) {
    if (letter.state === "sent" || letter.state === "waiting") {
      clearTimeout(this.#timer);
    }
  }

  #again(letter) {
    this.#outbox.move(letter, "queued");
    this.go();
  }

  #fail(letter, problem) {
    this.#outbox.move(letter, "failed", problem);
    this.go();
  }

  #wait(milliseconds, then) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, milliseconds);
  }
}
