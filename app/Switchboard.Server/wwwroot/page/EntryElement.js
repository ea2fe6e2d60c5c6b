import { Clock } from "./Clock.js";
import { Content } from "./Content.js";
import { Cord } from "./Cord.js";

/** One entry of a timeline as a list item, seen from the entry before it. */
export class EntryElement {
  // What is said within this time, in one go, hangs on one cord.
  static #breath = 5 * 60_000;

  static of(entry, previous) {
    const item = document.createElement("li");
    item.className = "log-entry";
    if (entry.kind === "message") {
      const isNewDay = entry.at !== null && !(previous?.at && Clock.isSameDay(entry.at, previous.at));
      if (isNewDay) {
        item.append(EntryElement.#span("day", Clock.day(entry.at)));
      }
      item.append(EntryElement.#message(entry, !isNewDay && EntryElement.#goesOn(entry, previous)));
    } else if (entry.text !== "") {
      item.append(EntryElement.#note(entry));
    }
    return item;
  }

  static name(text) {
    const name = EntryElement.#span("name", text);
    name.dir = "auto";
    return name;
  }

  static #message({ seq, from, at, data, isMine }, isContinued) {
    const message = document.createElement("div");
    message.className = "message";
    message.classList.toggle("is-mine", isMine);
    message.classList.toggle("is-continued", isContinued);
    message.dataset.seq = seq;
    if (from !== null) {
      message.dataset.cord = Cord.of(from);
    }
    const aside = document.createElement("span");
    aside.className = "aside";
    if (isMine) {
      const stored = EntryElement.#span("stored", "✓");
      stored.title = `Stored, as no. ${seq.toLocaleString("en")}`;
      stored.ariaHidden = "true";
      aside.append(stored, EntryElement.#span("visually-hidden", "Stored "));
    }
    if (at) {
      aside.append(Clock.element(at));
    }
    message.append(EntryElement.name(from ?? "someone"), Content.element(data), aside);
    return message;
  }

  static #note({ kind, text, at, isGrave }) {
    const note = document.createElement("div");
    note.className = kind === "mark" ? "mark-line" : "note";
    note.classList.toggle("is-grave", isGrave === true);
    note.append(EntryElement.#span("note-text", text));
    if (at) {
      note.append(Clock.element(at));
    }
    return note;
  }

  static #goesOn(entry, previous) {
    return previous?.kind === "message"
      && previous.from === entry.from
      && !(entry.at && previous.at && entry.at - previous.at > EntryElement.#breath);
  }

  static #span(className, text) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return span;
  }
}
