import type { SourceFile } from '../discover/source-files.ts'
import { parentOf } from '../intake/links.ts'
import { enoughPoints, isServerCode, namesMemory, type Rating, rateSource } from './memory-signs.ts'

/** One program among the sources of a submission: what is compiled and linked together. */
export interface ProgramUnit {
  language: 'go' | 'c' | 'c++'
  /** '' is the root of the submission. */
  folder: string
  /** The file with `main`. */
  main: string
  /** Sources that belong to it, `main` included. */
  sources: string[]
  /** Other files with a `main` lie in its folder: it cannot be built as a whole. */
  shared: boolean
  server: boolean
  /** It imports what is neither Go's own nor its own: that may be a server that nobody here knows. */
  foreign: boolean
  rating: Rating
}

const goMain = /^[^\S\n]*func\s+main\s*\(\s*\)/m
const cMain = /^[ \t]*(?:(?:signed|unsigned|static|extern|int|void|auto)\s+){0,8}main\s*\(/m
const cEndings = ['c', 'cc', 'cpp', 'cxx']

/** The programs in Go, C and C++ that were handed in. */
export function listUnits(sources: SourceFile[]): ProgramUnit[] {
  const folders = Map.groupBy(sources, ({ path }) => parentOf(path))
  return [...folders].flatMap(([folder, files]) => [...goUnits(folder, files), ...cUnits(folder, files)])
}

function goUnits(folder: string, files: SourceFile[]): ProgramUnit[] {
  const own = files.filter(({ language, text }) => language === 'go' && /^[^\S\n]*package\s+main\b/m.test(text))
  const isMain = ({ text }: SourceFile) => goMain.test(text)
  const mains = own.filter(isMain)
  // A C file with a `main` of its own is another program: Go's linker would meet two.
  const linked = own.some(({ text }) => /^[^\S\n]*import\s+"C"|"C"\s*$/m.test(text))
  const native = linked ? files.filter((file) => isC(file) && !cMain.test(file.text)) : []
  const rest = own.filter((file) => !isMain(file))
  return mains.map((main) => unitOf('go', folder, main, [...rest, ...native], mains.length > 1))
}

function cUnits(folder: string, files: SourceFile[]): ProgramUnit[] {
  const own = files.filter(isC)
  const mains = own.filter(({ text }) => cMain.test(text))
  const rest = own.filter(({ text }) => !cMain.test(text))
  const hasGo = files.some(({ language }) => language === 'go')
  return mains.map((main) => {
    const shared = mains.length > 1 || hasGo
    const belonging = shared ? rest.filter((file) => includesHeaderOf(main, file)) : rest
    const language = main.language === 'c' ? 'c' : 'c++'
    return unitOf(language, folder, main, belonging, shared)
  })
}

function isC({ language }: SourceFile): boolean {
  return cEndings.includes(language)
}

/** `#include "block.h"` asks for what `block.c` has. */
function includesHeaderOf(main: SourceFile, { path }: SourceFile): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  return main.text.includes(`"${name}.h"`) || main.text.includes(`"${name}.hpp"`)
}

function unitOf(
  language: ProgramUnit['language'],
  folder: string,
  main: SourceFile,
  others: SourceFile[],
  shared: boolean,
): ProgramUnit {
  const all = [main, ...others]
  const text = all.map((file) => file.text).join('\n')
  return {
    language,
    folder,
    main: main.path,
    sources: all.map(({ path }) => path),
    shared,
    server: isServerCode(text),
    foreign: /^[^\S\n]*(?:import\s+)?(?:[\w.]+\s+)?"[\w-]+\.[\w.-]+\//m.test(text),
    rating: rateSource(main.path, text),
  }
}

/**
 * A program of the memory exercise: it takes memory, or `cgrade.yml` names it, or it takes nothing and is called `malloc`,
 * which was meant for this exercise.
 */
export function isMemoryProgram(unit: ProgramUnit, named: string | undefined): boolean {
  if (unit.server) return false
  if (unit.rating.points >= enoughPoints || isNamed(unit, named)) return true
  return unit.rating.points > 0 && !unit.foreign && namesMemory(unit.main.split('/').slice(-2).join('/'))
}

/** The file or the folder that `cgrade.yml` names. */
export function isNamed({ folder, sources }: ProgramUnit, named: string | undefined): boolean {
  return named !== undefined && ((folder === '' ? '.' : folder) === named || sources.includes(named))
}
