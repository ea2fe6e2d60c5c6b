/**
 * Frames sent but not yet seen to arrive. The room sends every frame back to its sender, so the echo is the receipt;
 * what has none when the line drops may be lost, and is given back.
 */
export class Outbox {
  #sent = [];

  add(frame, text) {
    this.#sent.push({ frame, text });
  }

  /** True when the frame is one of ours. */
  confirm(frame) {
    const index = this.#sent.findIndex(sent => sent.frame === frame);
    if (index < 0) {
      return false;
    }
    this.#sent.splice(index, 1);
    return true;
  }

  /** The texts without a receipt, oldest first; the outbox is empty afterwards. */
  takeBack() {
    return this.#sent.splice(0).map(sent => sent.text);
  }
}
