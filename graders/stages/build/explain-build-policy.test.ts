import { expect, test } from 'vitest'
import { ours, readRecording, theirs } from './recorded-builds.ts'

/** Whose fault a download is that failed, where builds may reach module proxies only. */

const network = { modules: ['proxy.golang.org', 'goproxy.cn'] }

test('H60: a download of something else is the student’s, with the policy and what was asked for', () => {
  const networkTrouble = { refused: ['evil.example'], unreachable: [] }
  for (const name of ['go-network-none', 'pip-network', 'apt-network', 'git-network']) {
    const fault = theirs(readRecording(name, { network, networkTrouble }))
    expect(fault.reason).toBe('build.network-policy')
    expect(fault.message).toContain('It asked for `evil.example`.')
    expect(fault.hint).toContain('proxy.golang.org, goproxy.cn')
    expect(fault.hint).toContain('go mod vendor')
  }
})

test('H60: a module proxy that we could not reach is ours', () => {
  const networkTrouble = { refused: [], unreachable: ['proxy.golang.org: connect ECONNREFUSED'] }
  for (const name of ['go-network-none', 'go-network-get']) {
    const error = ours(readRecording(name, { network, networkTrouble }))
    expect(error.code).toBe('build.network')
    expect(error.message).toContain('proxy.golang.org')
  }
})

test('a program that does not compile is the student’s, whatever could not be reached', () => {
  const networkTrouble = { refused: [], unreachable: ['proxy.golang.org: connect ECONNREFUSED'] }
  expect(theirs(readRecording('go-undefined', { network, networkTrouble })).reason).toBe('build.compile-error')
})
