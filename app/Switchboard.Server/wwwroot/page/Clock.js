/** Local wall time, HH:MM, as an element a machine can read too. */
export class Clock {
  static #format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

  static element(date) {
    const time = document.createElement("time");
    time.dateTime = date.toISOString();
    time.textContent = Clock.#format.format(date);
    return time;
  }
}
