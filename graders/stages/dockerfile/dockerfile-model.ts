import type { GoVariant } from '../../sandbox/bases/base-images.ts'

/** What an image brings into the stages that are built FROM it. */
export interface BaseSettings {
  /** `NAME=value`. */
  env: readonly string[]
  /** Instructions that run in the build, before those of the stage. */
  triggers: readonly string[]
}

export interface DockerfileStage {
  index: number
  name?: string
  /** With the defaults of ARG put in, e.g. `golang:1.17-alpine`. */
  base: string
  from: { kind: 'image' } | { kind: 'stage'; index: number } | { kind: 'scratch' }
  line: number
  platform?: string
}

export interface CopyStep {
  line: number
  keyword: 'COPY' | 'ADD' | 'RUN'
  /** Defaults of ARG and ENV put in where they are known; contents of here-documents left out. */
  sources: string[]
  /** Value of `--from`. */
  from?: string
  /** Index of the stage it belongs to. */
  stage: number
}

/** A folder that the image is told to work in or to keep outside of itself. */
export interface PlaceStep {
  line: number
  keyword: 'WORKDIR' | 'VOLUME'
  /** Absolute and normal, as far as it can be known here. */
  path: string
}

/** A flag of RUN that BuildKit would ask the host's leave for, or with which it would reach what was not handed in. */
export interface ForbiddenFlag {
  line: number
  keyword: string
  /** As in the Dockerfile, shortened: `--mount=type=secret`. */
  flag: string
}

/** What costs the engine more than the text of the Dockerfile lets see. */
export interface DockerfileSize {
  /** Characters of all arguments with their variables put in; past the limit of the gate not counted further. */
  expanded: number
  /** Steps of the longest image that add a layer. */
  layers: number
  /** TCP and UDP ports, and volumes, that all stages declare. */
  ports: number
  volumes: number
}

export interface Dockerfile {
  text: string
  stages: DockerfileStage[]
  copies: CopyStep[]
  /** Those of triggers (ONBUILD), as a later stage of the same file sets them off. */
  triggered: CopyStep[]
  /** Values of `from` in the mounts of RUN. */
  mounts: CopyStep[]
  places: PlaceStep[]
  forbiddenFlags: ForbiddenFlag[]
  size: DockerfileSize
  /** TCP ports that the image (the last stage and those it is built FROM) exposes. */
  exposedPorts: number[]
  /** Every ARG, before FROM or in a stage. */
  declaredArgs: string[]
  /** Of the image; the words of the JSON form are joined by blanks. */
  entry: { entrypoint?: string; cmd?: string; shellForm: boolean }
  /** All instructions in order: `Step N` of the classic builder is the N-th. */
  steps: { line: number; keyword: string; text: string }[]
  /** What rewriting cannot translate to the classic builder. */
  needsBuildKit: { line: number; feature: string }[]
  /** How the first Go build compiles the standard library, guessed from the text. */
  goVariant?: GoVariant
}
