/** Asks who is in the room: every few seconds while watched and visible. Event: `members` {members}. */
export class Presence extends EventTarget {
  static #interval = 3_000;
  static #timeout = 5_000;

  #address;
  #timer = 0;
  #isAsking = false;
  #onVisible = () => this.refresh();

  constructor(address) {
    super();
    this.#address = address;
  }

  start() {
    this.#timer = setInterval(() => this.refresh(), Presence.#interval);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.refresh();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    document.removeEventListener("visibilitychange", this.#onVisible);
  }

  async refresh() {
    if (document.hidden || this.#isAsking || !this.#timer) {
      return;
    }
    this.#isAsking = true;
    try {
      const response = await fetch(this.#address.members, { signal: AbortSignal.timeout(Presence.#timeout) });
      const { members } = response.ok ? await response.json() : {};
      if (members && this.#timer) {
        this.dispatchEvent(new CustomEvent("members", { detail: { members } }));
      }
    } catch {
      // Whoever was there stays listed: the next round asks again, and a lost line has its own notice.
    } finally {
      this.#isAsking = false;
    }
  }
}
