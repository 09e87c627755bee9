import { randomBytes } from 'node:crypto'
import { GraderError } from '../../model/grader-error.ts'
import { type Engine, ownerLabel, ownerOfThisProcess, runLabel } from '../engine.ts'
import type { ObserverChoice, ObserverKind } from '../observer/observer.ts'
import { chooseObserver } from '../observer/open-observer.ts'
import { type ContainerTrial, tryContainer } from './try-container.ts'

/** Who would look at kernel facts. */
export type ObserverFacts =
  | { kind: ObserverKind; because: string; cannotDelegate: string | undefined }
  | { kind: undefined; why: string }

type Prepared = { name: string; id: string }

/** Opens the observer that a run would have, and has it look at a container like a student's. */
export async function tryObserver(
  engine: Engine,
  bases: Prepared[],
): Promise<{ observer: ObserverFacts; trial: ContainerTrial }> {
  const choice = await choose(engine, bases)
  try {
    const trial = await tryContainer(engine, bases.slice(0, 3), choice.observer).catch(
      (thrown: Error): ContainerTrial => ({ tried: false, why: `it failed: ${thrown.message}` }),
    )
    return { observer: factsOf(choice), trial }
  } finally {
    await choice.observer?.[Symbol.asyncDispose]()
  }
}

async function choose(engine: Engine, bases: Prepared[]): Promise<ObserverChoice> {
  const labels = {
    [runLabel]: `doctor-${randomBytes(4).toString('hex')}`,
    [ownerLabel]: await ownerOfThisProcess(),
  }
  // A doctor prepares nothing.
  async function prepare(name: string) {
    const busybox = bases.find((base) => /(^|\/)busybox:/.test(base.name))
    if (busybox === undefined) {
      throw new GraderError('base-image.unavailable', `the base image \`${name}\` is not prepared yet`)
    }
    return { ...busybox, digest: busybox.id, standIn: false }
  }
  const { signal } = new AbortController()
  return chooseObserver({ engine, bases: { prepare }, labels, signal }).catch((thrown: Error) => ({
    observer: undefined,
    why: `it failed: ${thrown.message}`,
  }))
}

function factsOf(choice: ObserverChoice): ObserverFacts {
  if (choice.observer === undefined) return { kind: undefined, why: choice.why }
  const { kind, because, cannotDelegate } = choice.observer
  return { kind, because, cannotDelegate }
}
