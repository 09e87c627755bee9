import { styleText } from 'node:util'
import type { TerminalText } from '../model/encoded.ts'

export type Colour = 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'dim' | 'bold'
export type Paint = (colour: Colour, text: TerminalText) => TerminalText

/** Colours are only ours: whatever a submission sent has lost its own before. */
export function makePaint(color: boolean): Paint {
  if (!color) return (_colour, text) => text
  return (colour, text) => styleText(colour, text, { validateStream: false }) as TerminalText
}
