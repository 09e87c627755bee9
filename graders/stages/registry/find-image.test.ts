import { expect, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import { type Files, withIntake } from '../intake/test-submission.ts'
import { findImages } from './find-image.ts'

const { exercises } = assignmentSchema.parse({
  id: 'a',
  title: 't',
  exercises: [
    { id: 'r', title: 't', registry: { examples: ['cr7258/http-server'] }, checks: [{ id: 'r.c', points: 1 }] },
  ],
})

function find(files: Files) {
  return withIntake({ Dockerfile: 'FROM scratch\n', ...files }, async (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    const question = exercises[0]?.registry
    if (question === undefined) throw new Error('no question')
    const found = findImages(intake.submission, question, ['golang', 'gcr.io/distroless/static'])
    return 'clues' in found
      ? found.clues.map(({ name, location }) => `${name} ${location.file}:${location.line ?? ''}`)
      : found
  })
}

test('what cgrade.yml names is all that counts', async () => {
  const files = { 'cgrade.yml': 'registry: {image: alice/web:v1}\n', 'README.md': 'docker push bob/web\n' }
  expect(await find(files)).toEqual(['alice/web:v1 cgrade.yml:'])
})

test('what was pushed comes before what was tagged or pulled, each name once, and not too many', async () => {
  const files = {
    'README.md': 'docker pull alice/pulled\ndocker tag web alice/web:v1\n',
    'push.sh': 'docker push alice/web:v1\n',
    'deploy/README.md': 'docker push alice/web:v2\ndocker push alice/web:v3\n',
  }
  expect(await find(files)).toEqual([
    'alice/web:v2 deploy/README.md:1',
    'alice/web:v3 deploy/README.md:2',
    'alice/web:v1 push.sh:1',
  ])
})

test.each([
  ['docker push cr7258/http-server:v1', 'is the example of the handout'],
  ['docker tag http-server:v1 docker.io/cr7258/http-server:v1', 'is the example of the handout'],
  ['docker push httpserver:v1', 'has no account of Docker Hub in front of it'],
  ['docker tag golang:1.17 golang:latest', 'is a base image'],
  ['docker push <username>/httpserver:v1', 'is no name of an image'],
  ['docker push username/httpserver:v1', 'stands for a name of your own'],
  ['docker push your-dockerhub-id/httpserver:v1', 'stands for a name of your own'],
  ['docker push alice/httpserver:tagname', 'stands for a name of your own'],
  ['docker push $USER/httpserver:v1', 'is known only where that command runs'],
])('%s is not theirs, and it is said why', async (line, why) => {
  expect(await find({ 'README.md': `${line}\n` })).toEqual({ nothing: expect.stringContaining(why) })
})

test.each([
  'docker pull golang:1.17',
  'docker pull busybox',
  'docker pull gcr.io/distroless/static:nonroot',
  'docker pull docker.m.daocloud.io/library/alpine',
  'docker push it to the hub',
  'nothing of the kind',
])('%s says nothing about an image that was pushed', async (line) => {
  expect(await find({ 'README.md': `${line}\n` })).toEqual({
    nothing: 'no image was named that was pushed to a registry',
  })
})

test.each(['http://hub.docker.com/r/alice/web', 'Alice/Web', 'alice/web:v1:v2', '$(id)'])(
  '%s in cgrade.yml is no name of an image',
  async (image) => {
    expect(await find({ 'cgrade.yml': `registry: {image: '${image}'}\n` })).toEqual({
      badName: image,
      file: 'cgrade.yml',
    })
  },
)

test('what others wrote, and what is no text, is not read', async () => {
  const files = {
    'vendor/x/README.md': 'docker push bob/x\n',
    'main.go': '// docker push bob/y\n',
    'a.png': 'docker push bob/z\n',
  }
  expect(await find(files)).toHaveProperty('nothing')
})
