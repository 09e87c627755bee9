import { expect, test } from 'vitest'
import { parseImageReference } from './image-reference.ts'
import { recipeFor } from './stand-in-recipes.ts'

function standInFor(name: string): string | undefined {
  const reference = parseImageReference(name)
  return reference === undefined ? undefined : recipeFor(reference)?.tag
}

test.each([
  ['golang:1.13', 'golang:1.19'],
  ['golang:1.19.13-bullseye', 'golang:1.19'],
  ['golang:1.20', 'golang:1.24'],
  ['golang:1.24.1', 'golang:1.24'],
  ['golang:1.25', 'golang:1.26'],
  ['golang:1', 'golang:1.24'],
  ['golang', 'golang:1.24'],
  ['golang:alpine', 'golang:1.24-alpine'],
  ['golang:1.17-alpine3.15', 'golang:1.19-alpine'],
  ['docker.m.daocloud.io/library/golang:1.17', 'golang:1.19'],
  ['python:3.6-slim', 'python:3.11'],
  ['python:3.12', 'python:3.13'],
  ['python', 'python:3.13'],
  ['node:14-alpine', 'node:18-alpine'],
  ['node:lts', 'node:20'],
  ['node:22', 'node:24'],
  ['alpine:3.14', 'alpine:latest'],
  ['busybox:1.35', 'busybox:latest'],
  ['debian:buster-slim', 'debian:bookworm'],
  ['debian:13', 'debian:trixie'],
  ['debian:stable', 'debian:trixie'],
  ['ubuntu:18.04', 'debian:bookworm'],
  ['ubuntu:22.04', 'debian:bookworm'],
  ['ubuntu:24.04', 'debian:trixie'],
  ['centos:7', 'centos:latest'],
  ['gcr.io/distroless/static-debian11:nonroot', 'distroless-static:nonroot'],
  ['gcr.io/distroless/base', 'distroless-base:root'],
])('stands in for %s with %s', (name, tag) => {
  expect(standInFor(name)).toBe(tag)
})

test.each([
  'golang:1.99',
  'golang:1.17-onbuild',
  'golang:1.17-windowsservercore',
  'python:2.7',
  'node:99',
  'student/server:v1',
  'gcr.io/distroless/java17',
])('has nothing that could stand in for %s', (name) => {
  expect(standInFor(name)).toBeUndefined()
})
