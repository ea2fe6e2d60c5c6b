/** Local wall time, HH:MM, as an element a machine can read too; and days. */
export class Clock {
  static #time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  static #day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

  static element(date) {
    const time = document.createElement("time");
    time.dateTime = date.toISOString();
    time.title = `${Clock.day(date)}, ${date.toLocaleTimeString("en-GB")}`;
    time.textContent = Clock.#time.format(date);
    return time;
  }

  static day(date) {
    return Clock.#day.format(date);
  }

  static isSameDay(one, other) {
    return one.toDateString() === other.toDateString();
  }
}
