import { describe, expect, test } from 'vitest'
import { isPrivateRegistry, officialNameOf, parseImageReference, writeImageReference } from './image-reference.ts'

function fullNameOf(name: string): string | undefined {
  const reference = parseImageReference(name)
  return reference === undefined ? undefined : writeImageReference(reference)
}

function officialOf(name: string): string | undefined {
  const reference = parseImageReference(name)
  return reference === undefined ? undefined : officialNameOf(reference)
}

describe('parseImageReference', () => {
  const digest = `sha256:${'a'.repeat(64)}`

  test.each([
    ['golang', 'docker.io/library/golang:latest'],
    ['golang:1.17-alpine', 'docker.io/library/golang:1.17-alpine'],
    ['docker.io/library/golang', 'docker.io/library/golang:latest'],
    ['index.docker.io/student/server:v1', 'docker.io/student/server:v1'],
    ['gcr.io/distroless/static:nonroot', 'gcr.io/distroless/static:nonroot'],
    ['registry.example.org:5000/a/b', 'registry.example.org:5000/a/b:latest'],
    ['localhost/base', 'localhost/base:latest'],
    [`golang:1.17@${digest}`, `docker.io/library/golang@${digest}`],
  ])('reads %s in full', (name, full) => {
    expect(fullNameOf(name)).toBe(full)
  })

  test.each([
    '',
    'Golang:1.17',
    'golang:1.17 AS build',
    'golang:',
    'golang:-x',
    'golang@sha256:abc',
    'a//b',
    '-golang',
    'golang\nRUN id',
    '$BASE',
    'host_name.org/x',
    'x'.repeat(600),
  ])('refuses %j as the engine would', (name) => {
    expect(parseImageReference(name)).toBeUndefined()
  })

  test('reads a name made to be slow in no time', () => {
    expect(parseImageReference(`${'a-'.repeat(200)}!`)).toBeUndefined()
  })
})

describe('officialNameOf', () => {
  test.each([
    ['golang:1.17', 'golang'],
    ['docker.m.daocloud.io/library/golang:1.17', 'golang'],
    ['mirror.ccs.tencentyun.com/library/alpine', 'alpine'],
    ['registry.cn-hangzhou.aliyuncs.com/someone/golang:1.17', 'golang'],
    ['public.ecr.aws/docker/library/busybox', 'busybox'],
    ['gcr.io/distroless/static-debian12', 'distroless/static-debian12'],
    ['gcr.m.daocloud.io/distroless/base', 'distroless/base'],
  ])('knows %s as %s', (name, official) => {
    expect(officialOf(name)).toBe(official)
  })

  test.each(['student/golang', 'ghcr.io/student/alpine', 'docker.io/bitnami/node'])(
    'takes %s for an image of its own',
    (name) => {
      expect(officialOf(name)).toBeUndefined()
    },
  )
})

test('tells registries that only their owner reaches', () => {
  const hosts = ['localhost', 'localhost:5000', '127.0.0.1:5000', '192.168.1.7', '[::1]:5000', '169.254.169.254']
  expect(hosts.filter((host) => !isPrivateRegistry(host))).toEqual([])
  expect(['docker.io', 'gcr.io', 'harbor.example.org:8443'].filter(isPrivateRegistry)).toEqual([])
})
