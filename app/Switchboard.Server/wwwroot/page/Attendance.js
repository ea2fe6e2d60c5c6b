/** Who is in a room, by name; one name may be there several times. The server counts, for it names only so many. */
export class Attendance {
  #times = new Map();

  /** Null until it was told. */
  count = null;

  /** [name, times], in alphabetical order. */
  get names() {
    return [...this.#times].toSorted(([one], [other]) => one.localeCompare(other));
  }

  has(name) {
    return this.#times.has(name);
  }

  replace(members, count) {
    this.#times.clear();
    for (const member of members) {
      if (typeof member?.name === "string") {
        this.#add(member.name, 1);
      }
    }
    this.count = count;
  }

  joined(name) {
    this.#add(name, 1);
  }

  left(name) {
    this.#add(name, -1);
  }

  #add(name, times) {
    const now = (this.#times.get(name) ?? 0) + times;
    if (now > 0) {
      this.#times.set(name, now);
    } else {
      this.#times.delete(name);
    }
  }
}
