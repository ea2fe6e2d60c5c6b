import { EntryElement } from "./EntryElement.js";
import { Words } from "./Words.js";

/**
 * The log of a room: a window of a few hundred elements over a timeline of any length, which moves as one scrolls. What is seen
 * keeps its place when something is added above it. Event: `older`, when the window has come to the beginning of the timeline.
 */
export class MessageList extends EventTarget {
  static #step = 60;
  static #most = 300;

  #log;
  #list;
  #newest;
  #timeline;
  // The entries that have elements: [first, last).
  #first = 0;
  #last = 0;
  // Whoever has scrolled back to read is not torn away by what arrives.
  #isFollowing = true;
  #unseen = 0;
  #frame = 0;
  #anchor = null;
  #stay = new AbortController();

  constructor(log, list, newest) {
    super();
    this.#log = log;
    this.#list = list;
    this.#newest = newest;
    newest.addEventListener("click", () => this.follow());
    log.addEventListener("scroll", () => this.#onScroll());
    log.addEventListener("keydown", event => this.#onKey(event));
    // The window, the draft or the notice has changed the room there is.
    const resized = new ResizeObserver(() => this.#isFollowing ? this.#scrollToEnd() : this.#holdAnchor());
    resized.observe(log);
    resized.observe(log.querySelector(".letters"));
  }

  get isFollowing() {
    return this.#isFollowing;
  }

  show(timeline) {
    this.#stay.abort();
    this.#stay = new AbortController();
    const { signal } = this.#stay;
    this.#timeline = timeline;
    timeline.addEventListener("append", () => this.#onAppend(), { signal });
    timeline.addEventListener("prepend", ({ detail }) => this.#onPrepend(detail.count), { signal });
    timeline.addEventListener("cut", ({ detail }) => this.#onCut(detail.count), { signal });
    timeline.addEventListener("change", ({ detail }) => this.#onChange(detail.entry), { signal });
    this.follow();
  }

  /** To the end, and along with it from now on. */
  follow() {
    this.#unseen = 0;
    this.#fill(Math.max(0, this.#timeline.length - MessageList.#step), this.#timeline.length);
    this.#scrollToEnd();
  }

  /** Asks for what is older, if there is room for it on the screen. */
  look() {
    if (this.#first === 0 && this.#frame === 0 && this.#log.scrollTop < this.#log.clientHeight) {
      this.dispatchEvent(new Event("older"));
    }
  }

  #onAppend() {
    this.#unseen += this.#isFollowing ? 0 : 1;
    // A burst is drawn once, and a page in the background not at all.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const { length } = this.#timeline;
    // A scroll is announced later than it happens: a message that comes between must not undo it.
    this.#isFollowing &&= this.#isAtEnd || this.#log.scrollTop >= (this.#anchor?.scrollTop ?? 0) - 8;
    if (length - this.#last > MessageList.#most) {
      if (this.#isFollowing) {
        this.follow();
      }
    } else if (this.#isFollowing) {
      this.#append(length);
      this.#trimFront();
      this.#scrollToEnd();
    } else if (length - this.#first <= MessageList.#most) {
      this.#append(length);
    }
    this.#showNewest();
    this.look();
  }

  #onPrepend(count) {
    this.#first += count;
    this.#last += count;
    // It is no longer the oldest one: its day and its speaker may have been told before.
    this.#keepingPlace(() => this.#redraw(count));
    this.#onScroll();
  }

  #onCut(count) {
    this.#first -= count;
    this.#last -= count;
    if (this.#first < 0) {
      this.follow();
    }
  }

  #onChange(entry) {
    for (let index = this.#last - 1; index >= this.#first; index--) {
      if (this.#timeline.at(index) === entry) {
        this.#redraw(index);
        return;
      }
    }
  }

  #onScroll() {
    // What came a moment ago may not be drawn yet.
    const isComplete = this.#last === this.#timeline.length || (this.#isFollowing && this.#frame !== 0);
    this.#isFollowing = this.#isAtEnd && isComplete;
    const { scrollTop, clientHeight, scrollHeight } = this.#log;
    if (scrollTop < clientHeight && this.#first > 0) {
      this.#keepingPlace(() => {
        this.#prepend(Math.max(0, this.#first - MessageList.#step));
        this.#trimBack();
      });
    } else if (scrollHeight - scrollTop - clientHeight < clientHeight && this.#last < this.#timeline.length) {
      this.#keepingPlace(() => {
        this.#append(Math.min(this.#timeline.length, this.#last + MessageList.#step));
        this.#trimFront();
      });
    }
    this.#rememberAnchor();
    this.#showNewest();
    this.look();
  }

  #onKey(event) {
    if (event.key === "End" && event.target === this.#log) {
      event.preventDefault();
      this.follow();
    }
  }

  get #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 8;
  }

  #fill(first, last) {
    this.#list.replaceChildren();
    this.#first = this.#last = first;
    this.#append(last);
  }

  #append(last) {
    const items = [];
    for (; this.#last < last; this.#last++) {
      items.push(this.#item(this.#last));
    }
    this.#list.append(...items);
  }

  #prepend(first) {
    const items = [];
    for (let index = first; index < this.#first; index++) {
      items.push(this.#item(index));
    }
    this.#first = first;
    this.#list.prepend(...items);
  }

  #trimFront() {
    for (; this.#last - this.#first > MessageList.#most; this.#first++) {
      this.#list.firstElementChild.remove();
    }
  }

  #trimBack() {
    for (; this.#last - this.#first > MessageList.#most; this.#last--) {
      this.#list.lastElementChild.remove();
    }
  }

  #redraw(index) {
    this.#list.children[index - this.#first]?.replaceWith(this.#item(index));
  }

  #item(index) {
    return EntryElement.of(this.#timeline.at(index), this.#timeline.at(index - 1));
  }

  /** What is at the upper edge stays there, whatever `change` does above it. */
  #keepingPlace(change) {
    const item = this.#upperItem;
    const before = item?.getBoundingClientRect().top;
    const entry = item && this.#timeline.at(this.#first + this.#items.indexOf(item));
    change();
    const now = item?.isConnected ? item : this.#items.find((_, place) => this.#timeline.at(this.#first + place) === entry);
    if (now) {
      this.#log.scrollTop += now.getBoundingClientRect().top - before;
    }
  }

  #rememberAnchor() {
    const item = this.#upperItem;
    this.#anchor = { item, top: item?.getBoundingClientRect().top, scrollTop: this.#log.scrollTop };
  }

  #holdAnchor() {
    if (this.#anchor?.item?.isConnected) {
      this.#log.scrollTop += this.#anchor.item.getBoundingClientRect().top - this.#anchor.top;
    }
  }

  get #items() {
    return [...this.#list.children];
  }

  /** The first that is seen whole, for one that is seen in part may change above what is seen. */
  get #upperItem() {
    const { top } = this.#log.getBoundingClientRect();
    return this.#items.find(item => item.getBoundingClientRect().top >= top) ?? this.#list.lastElementChild;
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#isFollowing = true;
    this.#unseen = 0;
    this.#rememberAnchor();
    this.#showNewest();
  }

  #showNewest() {
    this.#newest.hidden = this.#isFollowing || (this.#unseen === 0 && this.#isNearEnd);
    this.#newest.textContent = this.#unseen > 0 ? `${Words.count(this.#unseen, "new message")}` : "To the newest";
  }

  get #isNearEnd() {
    return this.#last === this.#timeline.length && this.#log.scrollHeight - this.#log.scrollTop < 3 * this.#log.clientHeight;
  }
}
