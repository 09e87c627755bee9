import type { Evidence } from '../model/feedback.ts'

/** Whose words follow: a student must never take our text for the program's, or the other way round. */
export const voices: Record<Evidence['kind'], string> = {
  http: 'what cgrade sent and received',
  log: 'the log of your container',
  'build-log': 'the output of your build',
  sockets: 'sockets in your container',
  container: 'how your container ended',
  files: 'files',
  script: 'the output of your script',
  kernel: 'what the kernel keeps',
  memory: 'memory over time',
  registry: 'what the registry has',
  note: 'noted by cgrade',
}

/** Kinds that the submission wrote itself, word by word. */
export const ownWords: ReadonlySet<Evidence['kind']> = new Set(['log', 'build-log', 'files', 'script'])
