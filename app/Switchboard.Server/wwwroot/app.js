import { EntryForm } from "./page/EntryForm.js";
import { Memory } from "./page/Memory.js";
import { VisitView } from "./page/VisitView.js";

const memory = new Memory();
const entry = new EntryForm(document.querySelector("#entry"), memory);
const view = new VisitView(document.querySelector("#visit"), memory);

entry.addEventListener("enter", ({ detail: { name, room } }) => {
  // The other rooms of last time are plugged in again; the one that was asked for is looked at.
  enter({ name, rooms: [...new Set([...(memory.name === name ? memory.rooms : []), room])], active: room });
});
view.addEventListener("left", () => leave());

// A reload keeps this tab in its rooms; a link to another only fills in the form, so nobody is put through without a word.
const linkedRoom = new URLSearchParams(location.search).get("room");
const { stay } = memory;
if (stay && (linkedRoom === null || stay.rooms.includes(linkedRoom))) {
  enter({ ...stay, active: linkedRoom ?? stay.active });
} else {
  entry.show(linkedRoom ?? memory.rooms[0]);
}

function enter(stay) {
  entry.hide();
  view.enter(stay);
}

function leave() {
  const { active } = memory.stay;
  memory.stay = null;
  entry.show(active);
}
