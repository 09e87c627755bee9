import { expect, test } from 'vitest'
import { readImageNames } from './image-names.ts'

function namesIn(text: string): string[] {
  return readImageNames(text).map(({ name, namedBy }) => `${namedBy} ${name}`)
}

test.each([
  ['docker push alice/httpserver:v1', 'push alice/httpserver:v1'],
  ['$ sudo docker push alice/httpserver', 'push alice/httpserver'],
  ['[root@host ~]# docker push alice/httpserver:v1', 'push alice/httpserver:v1'],
  ['#docker push alice/httpserver:v1', 'push alice/httpserver:v1'],
  ['\t@docker push alice/httpserver:v1', 'push alice/httpserver:v1'],
  ['Then run `docker push alice/httpserver:v1`.', 'push alice/httpserver:v1'],
  ['5. docker push alice/httpserver:v1.', 'push alice/httpserver:v1'],
  ['用 docker push alice/httpserver:v1 推送镜像', 'push alice/httpserver:v1'],
  ['推送（docker push alice/httpserver:v1）', 'push alice/httpserver:v1'],
  ['docker image push alice/httpserver:v1', 'push alice/httpserver:v1'],
  ['docker push --quiet "alice/httpserver:v1"', 'push alice/httpserver:v1'],
  ['docker push alice/httpserver:v1 # to the hub', 'push alice/httpserver:v1'],
  ['docker login && docker push alice/httpserver:v1 > log', 'push alice/httpserver:v1'],
  ['podman push localhost/web docker://quay.io/alice/web:v1', 'push quay.io/alice/web:v1'],
  ['docker tag web:v1 alice/web:v1', 'tag alice/web:v1'],
  ['docker pull alice/web:v1', 'pull alice/web:v1'],
  ['docker pull --platform linux/amd64 alice/web:v1', 'pull alice/web:v1'],
  ['docker buildx build --platform linux/amd64,linux/arm64 -t alice/web:v1 --push .', 'push alice/web:v1'],
  ['docker build --push --tag=alice/web:v1 .', 'push alice/web:v1'],
  ['docker buildx build \\\n  -t alice/web:v1 \\\n  --push .', 'push alice/web:v1'],
])('%j names an image', (text, wanted) => {
  expect(namesIn(text)).toEqual([wanted])
})

test.each([
  'docker build -t alice/web:v1 .',
  'docker run -d alice/web:v1',
  'git push origin main',
  'docker tag web',
  'docker push',
  'to push or pull it, use docker',
])('%j names none', (text) => {
  expect(namesIn(text)).toEqual([])
})

test.each([
  ['IMAGE ?= alice/web\nTAG := v1\npush:\n\tdocker push $(IMAGE):$(TAG)', 'alice/web:v1', 4],
  ['export USER=alice\nNAME="\x24{USER}/web"\ndocker push \x24{NAME}:\x24{TAG:-v2}', 'alice/web:v2', 3],
  ['REPO=alice\n\ndocker push "$REPO/web"', 'alice/web', 3],
  ['docker buildx build \\\n -t x \\\n .\ndocker push alice/web', 'alice/web', 4],
])('variables of %j are put in', (text, name, line) => {
  expect(readImageNames(text)).toEqual([{ name, namedBy: 'push', line }])
})

test.each(['docker push $(IMAGE):v1', 'A=$B\nB=$A\ndocker push $A/web', 'docker push \x24{{ secrets.USER }}/web:v1'])(
  'what is known only where %j runs stays as it is written',
  (text) => expect(namesIn(text)[0]).toMatch(/^push \$/),
)

test('the longest of texts takes no time', () => {
  const begun = performance.now()
  for (const text of [
    'docker push '.repeat(100_000),
    `${'$('.repeat(50_000)} docker push x`,
    'docker\tpush \\\n'.repeat(50_000),
  ])
    readImageNames(text)
  for (const word of ['[', '(', '"', '\x24{', '\x24{{ a', 'A=', ' '])
    readImageNames(Array.from({ length: 2_000 }, () => `docker push ${word.repeat(900 / word.length)}`).join('\n'))
  expect(performance.now() - begun).toBeLessThan(20_000)
})
