import { Backoff } from "./Backoff.js";
import { Composer } from "./Composer.js";
import { MemberList } from "./MemberList.js";
import { MessageList } from "./MessageList.js";
import { Notice } from "./Notice.js";
import { Outbox } from "./Outbox.js";
import { Presence } from "./Presence.js";
import { RoomAddress } from "./RoomAddress.js";
import { RoomConnection } from "./RoomConnection.js";
import { Speech } from "./Speech.js";

const stateNames = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];

/** A stay in a room: the line, what is said on it, who is there. Event: `left`. */
export class RoomView extends EventTarget {
  // The replay follows the opening at once, and nothing on the wire marks its end.
  static #replayWindow = 1_000;
  // A dead line may not answer the farewell; nobody should wait for it.
  static #farewell = 1_000;
  static #thanks = 2_000;

  #root;
  #messages;
  #members;
  #notice;
  #composer;
  #invited;

  // One stay: replaced whole by enter(), silenced by aborting #stay.
  #stay;
  #name;
  #address;
  #connection;
  #presence;
  #outbox;
  #replayTimer = 0;

  constructor(root, memory) {
    super();
    this.#root = root;
    this.#messages = new MessageList(root.querySelector(".log"), root.querySelector(".newest"));
    this.#members = new MemberList(root.querySelector(".members"));
    this.#notice = new Notice(root.querySelector(".notice"));
    this.#composer = new Composer(root.querySelector(".composer"), memory);

    this.#composer.addEventListener("send", ({ detail }) => this.#send(detail.text));
    this.#notice.addEventListener("reconnect", () => this.#connection.reconnectNow());
    root.querySelector(".leave").addEventListener("click", () => this.#leave());

    this.#invited = root.querySelector(".invited");
    const invite = root.querySelector(".invite");
    // Browsers keep the clipboard from pages that came over plain http; the address bar holds the same link.
    invite.hidden = !navigator.clipboard;
    invite.addEventListener("click", () => this.#copyInvitation());
  }

  enter({ name, room }) {
    document.title = `${room} · Switchboard`;
    this.#root.querySelector(".room-name").textContent = room;
    this.#root.hidden = false;
    this.#messages.clear();
    this.#members.clear();
    this.#composer.focus();

    this.#name = name;
    this.#address = new RoomAddress(room);
    this.#outbox = new Outbox();
    this.#presence = new Presence(this.#address);
    this.#connection = new RoomConnection(this.#address, name, new Backoff());
    this.#listen();
    this.#connection.open();
  }

  #listen() {
    this.#stay = new AbortController();
    const { signal } = this.#stay;
    this.#presence.addEventListener("members", ({ detail }) => this.#members.show(detail.members.map(member => member.name)), { signal });
    this.#connection.addEventListener("state", () => this.#showState(), { signal });
    this.#connection.addEventListener("open", ({ detail }) => this.#onOpen(detail), { signal });
    this.#connection.addEventListener("frame", ({ detail }) => this.#onFrame(detail.data), { signal });
    this.#connection.addEventListener("drop", ({ detail }) => this.#onDrop(detail), { signal });
    this.#connection.addEventListener("end", () => this.#end(), { signal });
    addEventListener("online", () => this.#connection.reconnectNow(), { signal });
  }

  #showState() {
    const state = stateNames[this.#connection.readyState];
    this.#root.dataset.state = state;
    this.#root.querySelector(".state-label").textContent = state;
    this.#composer.isOpen = this.#connection.isOpen;
    if (state === "CONNECTING" && this.#notice.isShown) {
      this.#notice.attempt();
    }
  }

  #onOpen({ isReturn }) {
    if (this.#notice.hasFocus) {
      this.#composer.focus();
    }
    this.#notice.clear();
    this.#presence.start();
    if (isReturn) {
      this.#messages.note("Reconnected: messages sent while you were away are not shown", new Date());
    } else {
      this.#messages.isBusy = true;
      this.#replayTimer = setTimeout(() => this.#endReplay(), RoomView.#replayWindow);
    }
  }

  #onFrame(data) {
    const isMine = this.#outbox.confirm(data);
    if (isMine) {
      this.#endReplay();
    }
    const isReplay = this.#replayTimer !== 0;
    const speech = Speech.fromFrame(data);
    this.#messages.add(speech, isReplay ? null : new Date(), isMine);
    if (!isReplay && speech.name !== null && !this.#members.has(speech.name)) {
      this.#presence.refresh();
    }
  }

  #endReplay() {
    if (this.#replayTimer === 0) {
      return;
    }
    clearTimeout(this.#replayTimer);
    this.#replayTimer = 0;
    this.#messages.note(
      this.#messages.isEmpty ? "You entered" : "You entered: when the messages above were said is not known",
      new Date());
    this.#messages.isBusy = false;
  }

  #onDrop({ wasOpen, reason, retryAt }) {
    this.#endReplay();
    this.#presence.stop();
    const unconfirmed = this.#outbox.takeBack();
    if (unconfirmed.length > 0) {
      this.#composer.putBack(unconfirmed);
      this.#messages.note("What you sent last was not confirmed: it is back in your draft", new Date());
    }
    if (wasOpen || !this.#notice.isShown) {
      const what = wasOpen ? "The line dropped." : "The room cannot be reached.";
      this.#notice.show(reason ? `${what} The server said: ${reason}` : what);
    }
    this.#notice.countDown(retryAt);
  }

  #send(text) {
    const frame = Speech.toFrame(this.#name, text);
    if (this.#connection.send(frame)) {
      this.#outbox.add(frame, text);
      this.#composer.clear();
    }
  }

  #leave() {
    const { signal } = this.#stay;
    this.#endReplay();
    this.#presence.stop();
    this.#notice.clear();
    this.#connection.close();
    setTimeout(() => signal.aborted || this.#end(), RoomView.#farewell);
  }

  #end() {
    this.#stay.abort();
    this.#composer.putBack(this.#outbox.takeBack());
    this.#root.hidden = true;
    this.dispatchEvent(new Event("left"));
  }

  async #copyInvitation() {
    try {
      await navigator.clipboard.writeText(this.#address.invitation);
      this.#invited.textContent = "Copied";
    } catch {
      this.#invited.textContent = "Please copy the page's address instead";
    }
    setTimeout(() => { this.#invited.textContent = ""; }, RoomView.#thanks);
  }
}
