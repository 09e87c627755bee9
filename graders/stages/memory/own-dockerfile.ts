import { posix } from 'node:path'
import type { Submission } from '../../model/submission.ts'
import type { OwnDockerfile } from '../build/build.ts'
import { parentOf } from '../intake/links.ts'
import { readSnapshotText } from '../intake/snapshot-text.ts'
import type { ProgramUnit } from './program-units.ts'

export interface OwnBuild extends OwnDockerfile {
  /** '.' is the root of the submission. */
  context: string
  /** What it does, as a sentence for the report. */
  note: string
}

const output = '/usr/local/bin/malloc'
/** Below it the images are too old to be worth a pull; Go builds old modules as they were meant. */
const oldestGoMinor = 17

/** A Dockerfile that builds a program as its student would: `go build`, or `gcc`. */
export function writeDockerfile(submission: Submission, unit: ProgramUnit): OwnBuild | undefined {
  // A name that cannot be written into a line of a Dockerfile.
  if ([unit.folder, ...unit.sources].some((path) => /[\p{Cc}]/u.test(path))) return undefined
  return unit.language === 'go' ? goBuild(submission, unit) : cBuild(unit)
}

function goBuild(submission: Submission, unit: ProgramUnit): OwnBuild {
  const module = moduleOf(submission, unit.folder)
  const root = module?.folder ?? unit.folder
  const inRoot = (path: string) => posix.relative(root === '' ? '.' : root, path === '' ? '.' : path)
  const native = unit.sources.some((path) => !path.endsWith('.go'))
  // Named one by one where another program lies beside it; with C files they must be alone, as Go takes all of a folder.
  const files =
    unit.shared && !native ? unit.sources.map((path) => `./${inRoot(path)}`) : [asPackage(inRoot(unit.folder))]
  const copies = unit.shared && native ? copyOnly(submission, unit, root, inRoot) : ['COPY . .']
  const image = module?.minor === undefined ? 'golang' : `golang:1.${Math.max(oldestGoMinor, module.minor)}`
  const lines = [
    `FROM ${image}`,
    'WORKDIR /src',
    ...copies,
    `ENV CGO_ENABLED=1${module === undefined ? ' GO111MODULE=off' : ''}`,
    `RUN go build -o ${output} ${files.map(quote).join(' ')}`,
    `CMD ["${output}"]`,
  ]
  const what = unit.shared
    ? unit.sources.filter((path) => path.endsWith('.go')).map((path) => posix.basename(path))
    : []
  const command = ['go build -o malloc', ...what.map(quote)].join(' ')
  const how = module === undefined ? 'without a `go.mod`' : `with \`${posix.join(module.folder, 'go.mod')}\``
  return {
    text: `${lines.join('\n')}\n`,
    source: unit.main,
    context: root === '' ? '.' : root,
    reproduce: inFolder(unit.folder, `${command} && ./malloc`),
    note: `No Dockerfile builds it: it was built in the image \`${image}\` by \`${command}\`, with cgo, ${how}.`,
  }
}

function asPackage(folder: string): string {
  return folder === '' ? '.' : `./${folder}`
}

/** The files of one program out of a folder of several. */
function copyOnly(submission: Submission, unit: ProgramUnit, root: string, inRoot: (path: string) => string): string[] {
  const beside = submission.entries.filter(({ kind, path }) => kind === 'file' && parentOf(path) === unit.folder)
  const headers = beside.map(({ path }) => path).filter((path) => /\.(?:h|hpp|s|S)$/.test(path))
  const manifests = ['go.mod', 'go.sum'].map((name) => posix.join(root, name))
  const has = new Set(submission.entries.map(({ path }) => path))
  const copied = [...unit.sources, ...headers, ...manifests.filter((path) => has.has(path))]
  return copied.map((path) => `COPY ${JSON.stringify([inRoot(path), `./${inRoot(path)}`])}`)
}

/** The nearest `go.mod` at or above a folder, and the version of Go that it asks for. */
function moduleOf(submission: Submission, folder: string): { folder: string; minor?: number } | undefined {
  for (let at = folder; ; at = parentOf(at)) {
    const path = posix.join(at, 'go.mod')
    if (submission.entries.some((entry) => entry.kind === 'file' && entry.path === path)) {
      const minor = /^[^\S\n]*go\s+1\.(\d{1,3})\b/m.exec(readSnapshotText(submission, path, 64 * 1024))?.[1]
      return { folder: at, ...(minor === undefined ? {} : { minor: Number(minor) }) }
    }
    if (at === '') return undefined
  }
}

function cBuild(unit: ProgramUnit): OwnBuild {
  const names = unit.sources.map((path) => posix.basename(path))
  const plus = unit.language === 'c++' || names.some((name) => !name.endsWith('.c'))
  const compiler = plus ? 'g++' : 'gcc'
  // Nothing is optimised away, and what older compilers only warned of is let through.
  const flags = plus ? '-O0' : '-O0 -std=gnu17 -fpermissive'
  const sources = names.map((name) => quote(`./${name}`)).join(' ')
  const lines = [
    'FROM gcc',
    'WORKDIR /src',
    'COPY . .',
    `RUN ${compiler} ${flags} -o ${output} ${sources} -lm -lpthread`,
    `CMD ["${output}"]`,
  ]
  const command = `${compiler} -O0 -o malloc ${names.map(quote).join(' ')} -lm -lpthread`
  return {
    text: `${lines.join('\n')}\n`,
    source: unit.main,
    context: unit.folder === '' ? '.' : unit.folder,
    reproduce: inFolder(unit.folder, `${command} && ./malloc`),
    note: `No Dockerfile builds it: it was built in the image \`gcc\` by \`${command}\`.`,
  }
}

function inFolder(folder: string, command: string): string {
  return folder === '' ? command : `cd ${quote(folder)} && ${command}`
}

function quote(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
