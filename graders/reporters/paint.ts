import { styleText } from 'node:util'

export type Colour = 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'dim' | 'bold'
export type Paint = (colour: Colour, text: string) => string

/** Colours are only ours: whatever a submission sent has lost its own before. */
export function makePaint(color: boolean): Paint {
  return color ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_colour, text) => text
}
