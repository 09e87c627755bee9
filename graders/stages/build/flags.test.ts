import { expect, test } from 'vitest'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import { flagsOf } from './flags.ts'

const trusted = ['golang', 'alpine', 'busybox', 'scratch', 'gcr.io/distroless/static']

function flagged(text: string): string[] {
  const parsed = parseDockerfile(text)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return flagsOf(parsed.dockerfile, trusted).map(({ code }) => code)
}

test.each([
  'FROM g0lang:1.24',
  'FROM attacker/golang:1.24',
  'FROM attacker/img',
  'FROM registry.invalid/library/golang:1.24',
  'FROM registry.invalid/golang',
  'FROM registry.cn-hangzhou.aliyuncs.com/somebody/golang:1.24',
  'ARG BASE=g0lang\nFROM $BASE:1.24',
  'FROM golang AS build\nFROM attacker/alpine',
  'FROM scratch\nCOPY --from=registry.invalid/library/golang /hs /hs',
])('H59: staff is told of a base that is not on the list: %j', (text) => {
  expect(flagged(`${text}\n`)).toEqual(['unusual-base'])
})

test.each([
  'FROM golang:1.24',
  `FROM golang@sha256:${'a'.repeat(64)}`,
  'FROM docker.io/library/golang',
  'FROM --platform=linux/s390x golang',
  'FROM docker.m.daocloud.io/library/golang:1.24',
  'FROM gcr.io/distroless/static:nonroot',
  'FROM scratch',
  'ARG V=1.24\nFROM golang:$V AS b\nFROM b',
  'FROM alpine\nCOPY --from=golang:1.24 /a /a',
])('H59: not of one that is: %j', (text) => {
  expect(flagged(`${text}\n`)).toEqual([])
})
