import { existsSync } from 'node:fs'
import { GraderError, type GraderErrorCode } from '../../model/grader-error.ts'
import { answers, canInstall, installPackages, provideMmdebstrap } from '../bases/mmdebstrap.ts'
import { lockPreparations } from '../bases/preparation-lock.ts'
import { fetchKernel, findKernel, type MachineKernel } from './machine-kernel.ts'
import { findSystem, type MachineSystem, makeSystem } from './machine-system.ts'

const emulator = 'qemu-system-x86_64'
const emulatorPackage = 'qemu-system-x86'

export type MachineParts = MachineKernel & MachineSystem

/** All that a machine is started from; undefined: something has to be made first. */
export async function findParts(): Promise<MachineParts | undefined> {
  const [kernel, system, hasEmulator] = await Promise.all([findKernel(), findSystem(), answers(emulator)])
  if (kernel === undefined || system === undefined || !hasEmulator) return undefined
  return { ...kernel, ...system }
}

/** Undefined: the parts are there or can be made here. */
export async function partsMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return 'the virtual machine for scripts needs Linux on an x86-64 processor'
  }
  if ((await findParts()) !== undefined) return undefined
  const [hasEmulator, hasMaker, installs] = await Promise.all([answers(emulator), answers('mmdebstrap'), canInstall()])
  const lacking = [...(hasEmulator ? [] : [emulatorPackage]), ...(hasMaker ? [] : ['mmdebstrap'])]
  // Who is not root makes a Debian as root of a user namespace.
  if (process.getuid?.() !== 0 && !existsSync('/usr/bin/newuidmap')) lacking.push('uidmap')
  if (lacking.length === 0 || installs) return undefined
  return `the virtual machine for scripts needs the Debian packages ${lacking.join(', ')}, which only root can install`
}

export async function makeParts(options: { say(message: string): void; signal: AbortSignal }): Promise<MachineParts> {
  const { say, signal } = options
  const waiting = () => say('Another grader on this machine is preparing something; waiting for it.')
  await using _lock = await lockPreparations(signal, waiting)
  if (!(await answers(emulator))) await provideEmulator(say)
  if ((await findKernel()) === undefined || (await findSystem()) === undefined) {
    await provideMmdebstrap(say, 'It makes the virtual machine for scripts.')
  }
  if ((await findKernel()) === undefined) {
    say("Fetching Debian's kernel for the virtual machine. This takes some seconds, once.")
    await fetchKernel(signal)
  }
  if ((await findSystem()) === undefined) {
    say('Making the system of the virtual machine from Debian packages. This takes about a minute, once.')
    await makeSystem(signal)
  }
  const parts = await findParts()
  if (parts === undefined) throw new GraderError('internal', 'The virtual machine was made, and is not there.')
  return parts
}

/** Errors that say what this machine cannot do, as against what went wrong in flight. */
const incapacities: GraderErrorCode[] = ['host.tool-missing', 'base-image.unavailable']
let making: Promise<string | undefined> | undefined

/** Undefined: the parts are there now, made where they were not. Else why they cannot be had here; tried once. */
export async function provideParts(options: Parameters<typeof makeParts>[0]): Promise<string | undefined> {
  if ((await findParts()) !== undefined) return undefined
  const missing = await partsMissing()
  if (missing !== undefined) return missing
  making ??= tryParts(options)
  const attempt = making
  try {
    return await attempt
  } catch (thrown) {
    if (making === attempt) making = undefined
    throw thrown
  }
}

async function tryParts(options: Parameters<typeof makeParts>[0]): Promise<string | undefined> {
  try {
    await makeParts(options)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof GraderError) || !incapacities.includes(thrown.code)) throw thrown
    const [firstLine = ''] = thrown.message.split('\n')
    return `the virtual machine for scripts could not be made here: ${firstLine.replace(/[.:]$/, '')}`
  }
}

async function provideEmulator(say: (message: string) => void): Promise<void> {
  if (await canInstall()) {
    say(`Installing the Debian package ${emulatorPackage}, which runs the virtual machine for scripts.`)
    await installPackages([emulatorPackage])
    if (await answers(emulator)) return
  }
  throw new GraderError(
    'host.tool-missing',
    `The virtual machine for scripts needs \`${emulator}\`, which is missing.`,
    {
      remedy: `On Debian or Ubuntu: \`apt-get install ${emulatorPackage}\`.`,
    },
  )
}
