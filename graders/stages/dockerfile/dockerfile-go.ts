import type { GoVariant } from '../../sandbox/bases/base-images.ts'
import type { Instruction } from './dockerfile-instructions.ts'

/** How the first Go build compiles the standard library; a guess, used to choose the warm base. */
export function guessGoVariant(instructions: Instruction[]): GoVariant | undefined {
  let cgoOfStage = true
  let trimpathOfStage = false
  for (const { keyword, text } of instructions) {
    if (keyword === 'FROM') {
      cgoOfStage = true
      trimpathOfStage = false
    } else if (keyword === 'ENV' || keyword === 'ARG') {
      cgoOfStage = readCgo(text) ?? cgoOfStage
      trimpathOfStage ||= text.includes('GOFLAGS') && text.includes('-trimpath')
    } else if (keyword === 'RUN') {
      const cgo: boolean = readCgo(text) ?? cgoOfStage
      const trimpath = trimpathOfStage || /(?:^|\s|=)-trimpath\b/.test(text)
      if (/\bgo\s+(?:build|install|run|test)\b/.test(text))
        return `${cgo ? 'cgo1' : 'cgo0'}${trimpath ? '-trimpath' : ''}`
      // `go env -w CGO_ENABLED=0` holds for the steps after it.
      if (/\bgo\s+env\s+-w\b/.test(text)) cgoOfStage = cgo
    }
  }
  return undefined
}

function readCgo(text: string): boolean | undefined {
  const value = /\bCGO_ENABLED[= ]["']?([01])\b/.exec(text)?.[1]
  return value === undefined ? undefined : value === '1'
}
