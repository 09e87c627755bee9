/** A file to be written, as its maker wants it. Its text is ours; what is filled in was vetted before. */
export interface NewFile {
  /** Below the folder, with `/`. */
  path: string
  text: string
}
