/** On a phone the board with the rooms and members is a drawer; elsewhere it always stands open, and nothing here does anything. */
export class Drawer {
  #root;
  #button;
  #rest;
  #narrow = matchMedia("(width < 48rem)");

  constructor(root, board) {
    this.#root = root;
    this.#button = root.querySelector(".open-board");
    this.#rest = [root.querySelector(".panel"), root.querySelector(".talk")];
    this.#button.addEventListener("click", () => this.#open(board));
    root.querySelector(".close-board").addEventListener("click", () => this.close());
    root.querySelector(".backdrop").addEventListener("click", () => this.close());
    document.addEventListener("keydown", event => {
      if (event.key === "Escape") {
        this.close();
      }
    });
    this.#narrow.addEventListener("change", () => this.#set(false));
  }

  close() {
    if (this.#button.ariaExpanded === "true") {
      this.#set(false);
      this.#button.focus();
    }
  }

  #open(board) {
    this.#set(true);
    board.focus();
  }

  #set(isOpen) {
    this.#button.ariaExpanded = isOpen;
    this.#root.classList.toggle("has-board", isOpen);
    for (const part of this.#rest) {
      part.inert = isOpen;
    }
  }
}
