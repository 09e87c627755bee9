import type { GoVariant } from '../../sandbox/bases/base-images.ts'

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
  keyword: 'COPY' | 'ADD'
  /** Defaults of ARG and ENV put in where they are known; contents of here-documents left out. */
  sources: string[]
  /** Value of `--from`. */
  from?: string
  /** Index of the stage it belongs to. */
  stage: number
}

export interface Dockerfile {
  text: string
  stages: DockerfileStage[]
  copies: CopyStep[]
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
