/** Keeps the beginning and the end of a text that may be endless, within fixed memory. */
export class BoundedText {
  /** Length of all that was appended, in UTF-16 units. */
  bytes = 0
  #head = ''
  #tail = ''
  readonly #headLimit: number
  readonly #tailLimit: number

  constructor(headLimit: number, tailLimit: number) {
    this.#headLimit = headLimit
    this.#tailLimit = tailLimit
  }

  append(text: string): void {
    this.bytes += text.length
    const room = this.#headLimit - this.#head.length
    if (room > 0) this.#head += text.slice(0, room)
    if (text.length <= room) return
    this.#tail += text.slice(Math.max(room, 0))
    // Cut rarely: each cut copies the tail.
    if (this.#tail.length > 2 * this.#tailLimit) this.#tail = this.#tail.slice(-this.#tailLimit)
  }

  toString(): string {
    const tail = this.#tail.slice(-this.#tailLimit)
    const cut = this.bytes - this.#head.length - tail.length
    return cut > 0 ? `${this.#head}\n[... ${cut} characters left out ...]\n${tail}` : this.#head + tail
  }
}
