import { Attendance } from "./Attendance.js";
import { Courier } from "./Courier.js";
import { Timeline } from "./Timeline.js";
import { Typists } from "./Typists.js";
import { Words } from "./Words.js";

/**
 * One room as the page knows it: its log, who is there, how far it was read, what the server was asked. It speaks the JSON format over a
 * line that it shares with the other rooms.
 *
 * Events: `change` for everything but the log, which tells itself.
 */
export class Room extends EventTarget {
  static #recent = 50;
  // After a reset: enough to understand what goes on, not all that is kept.
  static #afterReset = 200;
  static #page = 100;
  static #usualPause = 1;
  static #longestCatchUp = 5_000;
  static #questionPause = 5_000;

  #line;
  #outbox;
  #memory;
  #courier;
  #timer = 0;

  #epoch;
  /** The newest message that was seen; undefined before the first. */
  #seq;
  /** While the past comes: {until, note, count}. */
  #catchUp = null;
  #read;
  /** An error about nothing that was asked. */
  #cause = null;
  #question = "";
  #questions = 0;
  #membersAskedAt = -Infinity;

  timeline = new Timeline();
  attendance = new Attendance();
  typists = new Typists(() => this.#changed());
  /** `away`, `joining`, `joined`, or `refused` with the `problem`. */
  state = "away";
  problem = "";
  unread = 0;
  hasOlder = false;
  isLoading = false;
  isDurable = true;
  /** Whether somebody looks at it: what comes then is read. */
  isWatched = false;
  /** Whether somebody looks at what is old: that is not cut away under their eyes. */
  isReadBack = false;

  constructor(name, self, line, outbox, memory) {
    super();
    this.name = name;
    /** Who one is here. */
    this.self = self;
    this.#line = line;
    this.#outbox = outbox;
    this.#memory = memory;
    this.#courier = new Courier(name, line, outbox);
    this.#read = memory.position(name);
  }

  join() {
    const isReturn = this.#epoch !== undefined;
    const joins = this.#line.send(isReturn
      ? { type: "join", room: this.name, since: this.#seq, epoch: this.#epoch, last: Room.#afterReset }
      : { type: "join", room: this.name, last: Room.#recent });
    if (joins) {
      this.#move("joining");
    }
  }

  /** What could not be sent is a draft again, should one come back. */
  leave() {
    const texts = this.#outbox.of(this.name).map(letter => letter.text);
    this.#memory.keepDraft(this.name, [...texts, this.#memory.draft(this.name)].filter(text => text !== "").join("\n"));
    this.away();
    this.#line.send({ type: "leave", room: this.name });
    this.#outbox.clear(this.name);
  }

  /** The line dropped. */
  away(closeCode) {
    clearTimeout(this.#timer);
    this.#courier.stop(closeCode);
    this.#catchUp = null;
    this.#cause = null;
    this.#question = "";
    this.isLoading = false;
    this.typists.clear();
    this.#move("away");
  }

  say(text) {
    const letter = this.#outbox.add(this.name, text);
    this.#courier.go();
    return letter;
  }

  retry(letter) {
    this.#courier.retry(letter);
  }

  /** Goes to everyone else, and is not stored. Refusals are passed over: nobody waits for it. */
  signal(data) {
    if (this.state === "joined") {
      this.#line.send({ type: "signal", room: this.name, id: "typing", data });
    }
  }

  loadOlder() {
    const before = this.timeline.oldest ?? this.#seq + 1;
    if (this.hasOlder && !this.isLoading && this.#catchUp === null && this.state === "joined" && Number.isSafeInteger(before)) {
      this.#question = `history-${this.#questions++}`;
      this.isLoading = this.#line.send({ type: "history", room: this.name, id: this.#question, before, limit: Room.#page });
      this.#changed();
    }
  }

  /** Asks who is there, unless it was asked a moment ago. */
  askMembers() {
    if (this.state === "joined" && performance.now() - this.#membersAskedAt > Room.#questionPause) {
      this.#membersAskedAt = performance.now();
      this.#line.send({ type: "members", room: this.name, id: "members" });
    }
  }

  markRead() {
    if (this.#catchUp === null && this.#seq !== undefined && (this.#read?.seq !== this.#seq || this.#read.epoch !== this.#epoch)) {
      this.#read = { epoch: this.#epoch, seq: this.#seq };
      this.#memory.keepPosition(this.name, this.#read);
    }
    if (this.unread > 0) {
      this.unread = 0;
      this.#changed();
    }
  }

  /** A line about the room, not from it. */
  note(text) {
    return this.timeline.append({ kind: "note", text, at: new Date() });
  }

  receive(frame) {
    switch (frame.type) {
      case "joined": return this.#onJoined(frame);
      case "reset": return this.#onReset(frame);
      case "message": return this.#onMessage(frame);
      case "ack": return this.#onAck(frame);
      case "history": return this.#onHistory(frame);
      case "members": return this.#onMembers(frame);
      case "presence": return this.#onPresence(frame);
      case "signal": return this.#onSignal(frame);
      case "left": return this.#onLeft();
      case "error": return this.#onError(frame);
    }
  }

  #onJoined({ epoch, seq, members, durable, name }) {
    const isReturn = this.#epoch !== undefined;
    this.problem = "";
    this.isDurable = durable !== false;
    this.self = typeof name === "string" ? name : this.self;
    this.attendance.count = Number.isSafeInteger(members) ? members : this.attendance.count;
    if (isReturn) {
      this.#catchUp = { until: seq, count: 0, note: this.note("Reconnected: catching up") };
    } else {
      this.#epoch = epoch;
      this.#catchUp = { until: seq, count: 0, note: null };
      this.hasOlder = seq > 0;
      this.unread = this.#read?.epoch === epoch ? Math.max(0, seq - this.#read.seq) : 0;
    }
    this.#move("joined");
    this.#membersAskedAt = -Infinity;
    if (this.isWatched) {
      this.askMembers();
    }
    // Messages may have been left out, by a room that keeps only the latest: the past ends then without its last one.
    this.#timer = setTimeout(() => this.#caughtUp(), Room.#longestCatchUp);
    if (seq === 0 || seq === this.#seq) {
      this.#caughtUp();
    }
  }

  #onReset({ epoch, first, seq }) {
    const text = epoch === this.#epoch
      ? `Some messages are missing here: the server keeps none before no. ${Number(first).toLocaleString("en")}`
      : "The room began anew: messages may be missing here, and what stands above is not kept any more";
    if (this.#catchUp?.note) {
      this.timeline.change(this.#catchUp.note, { text, isGrave: true });
    }
    this.timeline.seal();
    this.hasOlder = false;
    this.#epoch = epoch;
    this.#seq = first - 1;
    this.#catchUp = { until: seq, count: 0, note: null };
    if (seq < first) {
      this.#caughtUp();
    }
    this.#changed();
  }

  #onMessage(frame) {
    const { seq, from, id, key } = frame;
    if (!Number.isSafeInteger(seq) || seq <= this.#seq) {
      return;
    }
    const message = this.#entry(frame);
    const letter = message.isMine ? this.#outbox.find(id) : undefined;
    if (this.#seq !== undefined && seq > this.#seq + 1 && key === undefined) {
      this.note(`${Words.count(seq - this.#seq - 1, "message")} left out here`);
    }
    this.#countUnread(message);
    this.#seq = seq;
    this.timeline.append(message);
    if (letter) {
      this.#courier.stored(letter, true);
    }
    if (!this.isReadBack && this.timeline.cut()) {
      this.hasOlder = true;
    }
    this.typists.stopped(from);
    if (this.#catchUp) {
      this.#catchUp.count += letter ? 0 : 1;
      if (seq >= this.#catchUp.until) {
        this.#caughtUp();
      }
    } else if (this.isWatched) {
      this.markRead();
      if (from !== undefined && !this.attendance.has(from)) {
        this.askMembers();
      }
    }
  }

  /** What is behind the last reading is unread; what comes later is unread while nobody looks. */
  #countUnread({ seq, isMine }) {
    const isPast = this.#catchUp !== null && this.#catchUp.note === null;
    if (isPast) {
      if (this.unread > 0 && (this.#seq ?? 0) <= this.#read.seq && seq > this.#read.seq) {
        this.timeline.mark();
      }
    } else if (!this.isWatched && !isMine) {
      if (this.unread++ === 0) {
        this.timeline.mark();
      }
      this.#changed();
    }
  }

  #caughtUp() {
    if (this.#catchUp === null) {
      return;
    }
    clearTimeout(this.#timer);
    const { until, count, note } = this.#catchUp;
    this.#catchUp = null;
    this.#seq = Math.max(this.#seq ?? 0, until);
    if (note) {
      this.timeline.change(note, {
        text: count > 0 ? `Reconnected: caught up ${Words.count(count, "message")}` : "Reconnected: nothing was missed",
      });
    }
    this.hasOlder &&= this.timeline.oldest !== 1;
    this.#courier.start();
    this.#changed();
  }

  #onAck({ id, seq }) {
    const letter = this.#outbox.find(id);
    if (letter) {
      this.#courier.stored(letter, seq <= this.#seq);
    }
  }

  #onHistory({ id, messages, more }) {
    if (id !== this.#question || !Array.isArray(messages)) {
      return;
    }
    this.#question = "";
    this.isLoading = false;
    this.hasOlder = more === true && messages.length > 0;
    const oldest = this.timeline.oldest ?? Infinity;
    this.timeline.prepend(messages.filter(message => Number.isSafeInteger(message?.seq) && message.seq < oldest).map(message => this.#entry(message)));
    this.#changed();
  }

  #onMembers({ members, count }) {
    if (Array.isArray(members)) {
      this.attendance.replace(members, Number.isSafeInteger(count) ? count : members.length);
      this.#changed();
    }
  }

  #onPresence({ joined, left, members }) {
    if (typeof joined === "string") {
      this.attendance.joined(joined);
    } else if (typeof left === "string") {
      this.attendance.left(left);
      this.typists.stopped(left);
    }
    this.attendance.count = Number.isSafeInteger(members) ? members : this.attendance.count;
    this.#changed();
  }

  #onSignal({ from, data }) {
    if (typeof from === "string" && data?.typing === true) {
      this.typists.began(from);
    } else if (data?.typing === false) {
      this.typists.stopped(from);
    }
  }

  /** Not asked for: the error before it says why, and whether coming back helps. */
  #onLeft() {
    if (this.state !== "joined") {
      return;
    }
    const cause = this.#cause;
    this.away();
    this.problem = `You were taken out of this room${cause ? `: ${Words.ofError(cause)}` : ""}.`;
    this.#move("refused");
    if (cause && Words.isPassing(cause.code)) {
      this.#later(cause, () => this.join());
    }
  }

  #onError(error) {
    const letter = this.#outbox.find(error.id);
    if (letter) {
      this.#courier.refused(letter, error);
    } else if (error.id === this.#question && this.#question !== "") {
      this.#onHistoryRefused(error);
    } else if (this.state === "joining" && error.id === undefined) {
      this.#onJoinRefused(error);
    } else if (error.id === undefined) {
      this.#cause = error;
    }
  }

  #onHistoryRefused(error) {
    this.#question = "";
    this.hasOlder = Words.isPassing(error.code);
    if (this.hasOlder) {
      this.#later(error, () => {
        this.isLoading = false;
        this.#changed();
      });
    } else {
      this.isLoading = false;
      this.#changed();
    }
  }

  #onJoinRefused(error) {
    if (error.code === "already-joined") {
      return;
    }
    this.problem = `You cannot enter: ${Words.ofError(error)}.`;
    this.#move("refused");
    if (Words.isPassing(error.code)) {
      this.#later(error, () => this.join());
    }
  }

  #later({ retryAfter }, then) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, 1000 * (retryAfter >= 0 ? retryAfter : Room.#usualPause));
  }

  #entry({ seq, from, at, data }) {
    const date = new Date(at);
    return {
      kind: "message",
      seq,
      from: typeof from === "string" ? from : null,
      at: Number.isNaN(date.getTime()) ? null : date,
      data,
      isMine: from === this.self,
    };
  }

  #move(state) {
    this.state = state;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
