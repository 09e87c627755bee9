import type { Readable } from 'node:stream'
import type { BaseImages } from '../bases/base-images.ts'
import { type Engine, roleLabel } from '../engine.ts'
import type { Subtree } from '../observer/observer.ts'
import { openBoxContainer } from './script-box-container.ts'
import { provideBoxImage, whyNoBoxImage } from './script-box-image.ts'
import { runInBox } from './script-box-run.ts'

/**
 * A container of ours for a student's script: tier 1 of the sandbox. Debian with bash, procps, coreutils, util-linux, tar and a
 * `sudo` that just runs the rest of its line; root inside with few capabilities, no network, limits, and no way to the host.
 */
export interface ScriptBoxOrder {
  engine: Engine
  bases: BaseImages
  labels: Record<string, string>
  /** More than CHOWN, DAC_OVERRIDE, FOWNER, SETUID, SETGID, KILL, FSETID: `SYS_CHROOT`. */
  capabilities?: string[]
  /** Cgroups that the script may fill; without it the cgroup file system is read-only. */
  subtree?: Subtree
  limits: { memoryBytes: number; pids: number; outputBytes: number }
  signal: AbortSignal
}

export interface ScriptRun {
  how: 'exited' | 'timeout' | 'stopped'
  exitCode?: number
  /** Both streams in order of arrival, bounded by `outputBytes`, decoded, control sequences taken out. */
  output: string
}

export interface RunOptions {
  stdin?: string
  folder?: string
  env?: Record<string, string>
  timeoutMs: number
  /** Asked every so often; true ends the run early, and every process in the box with it. */
  until?: () => Promise<boolean>
}

export interface ScriptBox extends AsyncDisposable {
  containerId: string
  /** First process, on the engine's host. */
  pid: number
  /** Unpacks a tar (ours, or one that was vetted) below a folder of the box. */
  put(tar: Readable, folder: string): Promise<void>
  /**
   * Runs a program as root; its standard input is `stdin` and then ends. What it leaves in the background goes on, unless its
   * time was up or `until` ended it: then all processes of the box end.
   */
  run(command: string[], options: RunOptions): Promise<ScriptRun>
  /** Starts a program as root and leaves it alone; nobody reads its output. */
  start(command: string[], options?: { folder?: string; env?: Record<string, string> }): Promise<void>
  /** Ends every process of the box, for good; its files stay, and stay as they are. */
  stop(): Promise<void>
  /** Paths that were added or changed since it was started, at most `most` of them. */
  changedPaths(most: number): Promise<string[]>
  /** A path of the box as a tar, unvetted. */
  read(path: string): Promise<Readable>
}

/** Undefined: boxes can be had here. Else why not, as the end of "not counted: ...". */
export async function scriptBoxMissing(
  order: Pick<ScriptBoxOrder, 'engine' | 'bases' | 'signal'>,
): Promise<string | undefined> {
  return whyNoBoxImage(order.bases, order.signal)
}

export async function openScriptBox(order: ScriptBoxOrder): Promise<ScriptBox> {
  const { engine, signal, limits } = order
  const imageId = await provideBoxImage(order.bases, signal)
  const container = await openBoxContainer(engine, {
    imageId,
    labels: { [roleLabel]: 'script-box', ...order.labels },
    capabilities: order.capabilities ?? [],
    subtree: order.subtree,
    limits,
    signal,
  })
  return {
    containerId: container.id,
    get pid() {
      return container.pid
    },
    put: (tar, folder) => container.put(tar, folder),
    run: (command, options) => runInBox(container, command, { ...options, outputBytes: limits.outputBytes, signal }),
    start: (command, options) => container.start(command, options ?? {}),
    stop: () => container.stop(),
    changedPaths: (most) => container.changedPaths(most),
    read: (path) => container.read(path),
    [Symbol.asyncDispose]: () => container.remove(),
  }
}
