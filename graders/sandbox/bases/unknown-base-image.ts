/** A registry answered, and there is no such image: `build.unknown-base`, a fault of the submission. */
export class UnknownBaseImage extends Error {
  override readonly name = 'UnknownBaseImage'
  /** As in the Dockerfile. */
  readonly image: string

  constructor(image: string, message: string) {
    super(message)
    this.image = image
  }
}
