import { EntryForm } from "./page/EntryForm.js";
import { Memory } from "./page/Memory.js";
import { RoomView } from "./page/RoomView.js";

const memory = new Memory();
const entry = new EntryForm(document.querySelector("#entry"), memory);
const view = new RoomView(document.querySelector("#visit"), memory);

entry.addEventListener("enter", ({ detail: stay }) => enter(stay));
view.addEventListener("left", () => leave());

// A reload keeps this tab in its room; a link only fills in the form, so nobody is put through without a word.
const linkedRoom = new URLSearchParams(location.search).get("room");
const stay = memory.stay;
if (stay && (linkedRoom === null || linkedRoom === stay.room)) {
  enter(stay);
} else {
  entry.show(linkedRoom ?? memory.room);
}

function enter(stay) {
  memory.stay = stay;
  history.replaceState(null, "", `?${new URLSearchParams({ room: stay.room })}`);
  entry.hide();
  view.enter(stay);
}

function leave() {
  const { room } = memory.stay;
  memory.stay = null;
  entry.show(room);
}
