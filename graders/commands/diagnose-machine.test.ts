import { expect, test } from 'vitest'
import { machineFinding } from './diagnose-machine.ts'

test.each([
  [{ missing: undefined, ready: true, accelerator: 'kvm' as const }, 'ok', 'ready, with KVM'],
  [{ missing: undefined, ready: true, accelerator: 'tcg' as const }, 'ok', 'ready, emulated, without KVM'],
  [{ missing: undefined, ready: true, accelerator: undefined }, 'ok', 'ready'],
  [{ missing: undefined, ready: false, accelerator: undefined }, 'ok', 'can be made when `--kernel` asks for it'],
  [{ missing: 'it needs Linux', ready: false, accelerator: undefined }, 'warning', 'it needs Linux'],
])('%j is told as %s: %s', (facts, state, seen) => {
  const finding = machineFinding(facts)
  expect(finding).toMatchObject({ state, seen: expect.stringContaining(seen) })
  if (state !== 'ok') expect(finding.means && finding.fix).toBeTruthy()
})
