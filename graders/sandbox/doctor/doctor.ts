import { type EngineFacts, examineEngine } from './examine-engine.ts'
import { examineHost, type HostFacts } from './examine-host.ts'
import { examineMachine, type MachineFacts } from './examine-machine.ts'

export interface DoctorFacts {
  host: HostFacts
  machine?: MachineFacts
  engine:
    | ({ reachable: true } & EngineFacts)
    | {
        reachable: false
        problem: string
        /** The engine that the user asked for by DOCKER_HOST. */
        named: string | undefined
      }
}

const engineTimeoutMs = 30_000

/** Facts about this machine, judged by `commands/doctor.ts`. Never throws for lack of an engine. */
export async function collectFacts(): Promise<DoctorFacts> {
  const [host, engine, machine] = await Promise.all([examineHost(), examineEngineBounded(), examineMachine()])
  return { host, engine, machine }
}

/** An engine that accepts and then says nothing must not hang the one command that would tell. */
async function examineEngineBounded(): Promise<DoctorFacts['engine']> {
  const named = process.env.DOCKER_HOST
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`The container engine did not answer within ${engineTimeoutMs / 1000} s.`)
    timer = setTimeout(() => reject(error), engineTimeoutMs)
  })
  try {
    return { reachable: true, ...(await Promise.race([examineEngine(), late])) }
  } catch (thrown) {
    return { reachable: false, problem: thrown instanceof Error ? thrown.message : String(thrown), named }
  } finally {
    clearTimeout(timer)
  }
}
