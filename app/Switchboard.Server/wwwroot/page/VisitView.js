import { Composer } from "./Composer.js";
import { Drawer } from "./Drawer.js";
import { LetterList } from "./LetterList.js";
import { MemberList } from "./MemberList.js";
import { MessageList } from "./MessageList.js";
import { Notice } from "./Notice.js";
import { RoomAddress } from "./RoomAddress.js";
import { RoomList } from "./RoomList.js";
import { Visit } from "./Visit.js";
import { Words } from "./Words.js";

const stateNames = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];

/** A visit on the screen: the rooms, and of one of them what is said, who is there, who writes. Event: `left`. */
export class VisitView extends EventTarget {
  // A dead line may not answer the farewell; nobody should wait for it.
  static #farewell = 1_000;
  static #thanks = 2_000;

  #root;
  #memory;
  #rooms;
  #members;
  #messages;
  #letters;
  #notice;
  #composer;
  #drawer;

  // One visit: replaced whole by enter(), silenced by aborting #stay.
  #visit;
  #stay;
  #room = null;
  #drop = null;

  constructor(root, memory) {
    super();
    this.#root = root;
    this.#memory = memory;
    this.#rooms = new RoomList(root.querySelector(".rooms"));
    this.#members = new MemberList(root.querySelector(".members"));
    this.#messages = new MessageList(this.#part(".log"), this.#part(".said"), this.#part(".newest"));
    this.#letters = new LetterList(this.#part(".letters"));
    this.#notice = new Notice(this.#part(".notice"));
    this.#composer = new Composer(this.#part(".composer"), memory);
    this.#drawer = new Drawer(root, this.#rooms);

    this.#rooms.addEventListener("turn", ({ detail }) => this.#turnTo(detail.name));
    this.#rooms.addEventListener("leave", ({ detail }) => this.#leave(detail.name));
    this.#messages.addEventListener("older", () => this.#room?.loadOlder());
    this.#letters.addEventListener("retry", ({ detail }) => this.#room.retry(detail.letter));
    this.#letters.addEventListener("discard", ({ detail }) => this.#discard(detail.letter));
    this.#composer.addEventListener("send", ({ detail }) => this.#say(detail.text));
    this.#composer.addEventListener("typing", ({ detail }) => this.#room.signal({ typing: detail.isTyping }));
    this.#notice.addEventListener("act", () => this.#act());
    this.#part(".leave").addEventListener("click", () => this.#leave(this.#room.name));
    this.#part(".unplug").addEventListener("click", () => this.#unplug());
    document.addEventListener("visibilitychange", () => this.#watch());

    const invite = this.#part(".invite");
    // Browsers keep the clipboard from pages that came over plain http; the address bar holds the same link.
    invite.hidden = !navigator.clipboard;
    invite.addEventListener("click", () => this.#copyInvitation());
  }

  /** `stay` is {name, rooms, active}. */
  enter(stay) {
    this.#root.hidden = false;
    this.#part(".self").textContent = stay.name;
    this.#room = this.#drop = null;
    this.#visit = new Visit(stay, this.#memory);
    this.#listen();
    this.#showRooms();
    this.#visit.line.open();
  }

  #listen() {
    this.#stay = new AbortController();
    const { signal } = this.#stay;
    const { line } = this.#visit;
    line.addEventListener("state", () => this.#showState(), { signal });
    line.addEventListener("open", () => this.#onOpen(), { signal });
    line.addEventListener("drop", ({ detail }) => this.#onDrop(detail), { signal });
    line.addEventListener("refusal", ({ detail }) => this.#onRefusal(detail.text), { signal });
    line.addEventListener("end", () => this.#end(), { signal });
    this.#visit.addEventListener("rooms", () => this.#showRooms(), { signal });
    this.#visit.addEventListener("change", ({ detail }) => this.#onChange(detail.room), { signal });
    this.#visit.addEventListener("outbox", ({ detail }) => this.#onOutbox(detail.room), { signal });
    this.#visit.addEventListener("complaint", ({ detail }) => this.#room.note(`The server complains: ${Words.ofError(detail.error)}`), { signal });
    addEventListener("online", () => line.reconnectNow(), { signal });
  }

  #showState() {
    const state = stateNames[this.#visit.line.readyState];
    this.#root.dataset.state = state;
    this.#part(".state-label").textContent = state;
    this.#composer.isOpen = this.#visit.line.isOpen;
    if (state === "CONNECTING" && this.#notice.isShown) {
      this.#notice.attempt();
    }
  }

  #onOpen() {
    this.#drop = null;
    this.#clearNotice();
  }

  #clearNotice() {
    if (this.#notice.hasFocus) {
      this.#composer.focus();
    }
    this.#notice.clear();
  }

  #onDrop({ wasOpen, code, reason, retryAt }) {
    if (wasOpen || !this.#drop) {
      const what = wasOpen ? "The line dropped." : "The server cannot be reached.";
      const why = Words.ofClosing(code, reason);
      this.#drop = { text: why ? `${what} ${why}` : what };
    }
    this.#notice.show(this.#drop.text, "Reconnect now");
    if (retryAt !== null) {
      this.#notice.countDown(retryAt);
    }
  }

  #onRefusal(text) {
    if (this.#drop && !this.#drop.text.includes(text)) {
      this.#drop.text = `${this.#drop.text.split(" The server ")[0]} ${text}`;
      this.#part(".notice-text").textContent = this.#drop.text;
    }
  }

  #act() {
    if (this.#visit.line.isOpen) {
      this.#room.join();
      this.#composer.focus();
    } else {
      this.#visit.line.reconnectNow();
    }
  }

  #showRooms() {
    const room = this.#visit.active;
    if (room !== this.#room) {
      if (this.#room) {
        this.#room.isReadBack = false;
      }
      this.#room = room;
      this.#letters.show([], "");
      this.#messages.show(room.timeline);
      this.#composer.show(room.name);
      this.#drawer.close();
      this.#composer.focus();
      history.replaceState(null, "", RoomAddress.invitation(room.name));
      this.#onOutbox(room.name);
      room.askMembers();
    }
    this.#watch();
    this.#onChange(room);
  }

  /** What is on the screen is read. */
  #watch() {
    if (this.#root.hidden) {
      return;
    }
    for (const room of this.#visit.rooms) {
      room.isWatched = room === this.#room && !document.hidden;
    }
    if (this.#room.isWatched) {
      this.#room.markRead();
      this.#room.askMembers();
    }
  }

  #onChange(room) {
    const { rooms } = this.#visit;
    const unread = rooms.reduce((sum, { unread }) => sum + unread, 0);
    this.#rooms.show(rooms, this.#room);
    this.#part(".unread-anywhere").textContent = unread > 0 ? `${unread} new` : "";
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${this.#room.name} · Switchboard`;
    if (room === this.#room) {
      this.#showRoom();
    }
  }

  #showRoom() {
    const room = this.#room;
    const { attendance, timeline } = room;
    this.#part(".room-name").textContent = room.name;
    this.#part(".here-now").textContent = attendance.count === null ? "" : `${attendance.count.toLocaleString("en")} here`;
    this.#members.show(attendance, room.self);
    room.isReadBack = !this.#messages.isFollowing;
    this.#part(".beginning").textContent = this.#beginning(room);
    // A replayed history is not read out line by line.
    this.#part(".log").setAttribute("aria-busy", room.state === "joining" || room.isLoading);
    this.#part(".typing").textContent = VisitView.#typing(room.typists.names);
    if (this.#visit.line.isOpen) {
      if (room.state === "refused") {
        this.#notice.show(room.problem, "Try again");
      } else {
        this.#clearNotice();
      }
    }
    if (room.isWatched) {
      room.markRead();
    }
    if (room.state === "joined" && timeline.length > 0) {
      this.#messages.look();
    }
  }

  #beginning({ state, timeline, hasOlder, isLoading }) {
    if (isLoading) {
      return "Fetching what was said before";
    }
    if (hasOlder || state !== "joined" || timeline.isSealed) {
      return "";
    }
    if (!timeline.hasMessages) {
      return this.#letters.isEmpty ? "Nothing has been said here yet" : "";
    }
    return timeline.oldest > 1 ? "What was said before is no longer kept" : "The room begins here";
  }

  static #typing(names) {
    switch (names.length) {
      case 0: return "";
      case 1: return `${names[0]} is typing`;
      case 2: return `${names[0]} and ${names[1]} are typing`;
      default: return "Several people are typing";
    }
  }

  #onOutbox(room) {
    if (room === this.#room?.name) {
      this.#letters.show(this.#visit.outbox.of(room), this.#room.self);
    }
  }

  #say(text) {
    this.#room.say(text);
    this.#messages.follow();
  }

  #discard(letter) {
    this.#visit.outbox.remove(letter);
    this.#composer.focus();
  }

  #turnTo(name) {
    this.#visit.turnTo(name);
    this.#drawer.close();
  }

  #leave(name) {
    if (this.#visit.rooms.length > 1) {
      this.#visit.leave(name);
    } else {
      this.#unplug();
    }
  }

  #unplug() {
    const { signal } = this.#stay;
    this.#drawer.close();
    this.#notice.clear();
    this.#visit.line.close();
    setTimeout(() => signal.aborted || this.#end(), VisitView.#farewell);
  }

  #end() {
    this.#stay.abort();
    this.#visit.rooms.forEach(room => room.leave());
    this.#root.hidden = true;
    this.dispatchEvent(new Event("left"));
  }

  async #copyInvitation() {
    const invited = this.#part(".invited");
    try {
      await navigator.clipboard.writeText(RoomAddress.invitation(this.#room.name));
      invited.textContent = "Copied";
    } catch {
      invited.textContent = "Please copy the page's address instead";
    }
    setTimeout(() => { invited.textContent = ""; }, VisitView.#thanks);
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }
}
