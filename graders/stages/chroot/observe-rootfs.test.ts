import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeRootfs } from '../../spec-kit/judge-rootfs.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { observeRootfs } from './observe-rootfs.ts'
import { containersLeft, openChrootBench, withSubmission } from './test-chroot.ts'

let bench: ExerciseBench & AsyncDisposable

beforeAll(async () => {
  bench = await openChrootBench()
})
afterAll(async () => {
  expect(await containersLeft(bench)).toBe(0)
  await bench[Symbol.asyncDispose]()
})

async function grade(text: string, timeoutMs = 60_000) {
  const observation = await withSubmission({ 'rootfs.sh': text }, (submission) =>
    observeRootfs(bench, submission, { path: 'rootfs.sh', text, notes: [] }, timeoutMs),
  )
  if (observation.state === 'failed') return { facts: undefined, verdict: observation.fault }
  if (observation.state !== 'seen') throw new Error(JSON.stringify(observation))
  return { facts: observation.facts, verdict: judgeRootfs(observation.facts) }
}

const layerOfHandout = '2461e071255f4a5cc48606b1b674e9113f7595485867bcc837e24d9ee13ef06b'

test("the handout's second block, with the id of its layer, gets full points", async () => {
  const { facts, verdict } = await grade(`docker pull busybox
docker image save busybox -o busybox.tar
mkdir -p /tmp/chengzw/busybox
tar -xf busybox.tar -C /tmp/chengzw/busybox/
cd /tmp/chengzw/busybox/${layerOfHandout}
# layer 目录存放的是运行时文件系统包，解压 layer 文件
tar -xf layer.tar
ls
chroot /tmp/chengzw/busybox/${layerOfHandout} /bin/sh
`)
  expect(verdict).toMatchObject({ outcome: 'passed' })
  expect(facts).toMatchObject({ layout: 'legacy', root: `/tmp/chengzw/busybox/${layerOfHandout}` })
})

test.for<[string, string, string]>([
  [
    'finds the layer of an archive of a new engine',
    'oci',
    `set -e
docker pull busybox
mkdir -p image rootfs
docker save busybox | tar -xf - -C image
tar -xf "image/$(jq -r '.[0].Layers[0]' image/manifest.json)" -C rootfs
ls image/blobs/sha256
chroot rootfs /bin/sh -c 'ls /'`,
  ],
  [
    'names the blob of the layer, and says that it is compressed',
    'oci',
    `docker save busybox -o b.tar && mkdir i r && tar -xf b.tar -C i && cat i/index.json
tar -xzf i/blobs/sha256/${layerOfHandout} -C r`,
  ],
  [
    'finds the layer by its place',
    'legacy',
    `docker save -o /tmp/b.tar busybox:latest && mkdir -p /tmp/i /tmp/r && tar xf /tmp/b.tar -C /tmp/i
for l in /tmp/i/*/layer.tar; do tar xf $l -C /tmp/r; done`,
  ],
  [
    'exports a container',
    'legacy',
    `set -e
mkdir rootfs
docker export $(docker create busybox) | tar -C rootfs -xvf -
sudo chroot rootfs sh`,
  ],
  [
    'copies out of a container',
    'legacy',
    `cid=$(docker run -d busybox sleep 1000)
docker cp $cid:/ ./r
docker rm -f $cid`,
  ],
  [
    'tidies up after itself',
    'legacy',
    `set -e
docker pull busybox
docker image save --output=b.tar busybox
mkdir -p i r; tar xf b.tar -C i; tar xf i/*/layer.tar -C r
chroot r /bin/sh
rm -rf i r b.tar`,
  ],
])('a script passes that %s', async ([, layout, text]) => {
  const { facts, verdict } = await grade(text)
  expect(verdict).toMatchObject({ outcome: 'passed' })
  expect(facts).toMatchObject({ layout })
})

test.for<[string, string, string]>([
  [
    'only prints what it would show',
    'rootfs.no-root',
    `echo 'bin  dev  etc  home  json  layer.tar  root  tmp  usr  var  VERSION'`,
  ],
  [
    'unpacks once',
    'rootfs.not-unpacked',
    `docker image save busybox -o b.tar; mkdir /tmp/x; tar xf b.tar -C /tmp/x; chroot /tmp/x /bin/sh`,
  ],
  [
    'makes a root of something else',
    'rootfs.not-unpacked',
    `mkdir -p /tmp/x/bin; cp /bin/busybox /tmp/x/bin/; cp /bin/busybox /tmp/x/bin/sh; chroot /tmp/x /bin/sh`,
  ],
  [
    'leaves the programs out',
    'rootfs.no-shell',
    `mkdir -p /tmp/x; docker export $(docker create busybox) | tar -xf - -C /tmp/x --exclude 'bin/*' --exclude usr`,
  ],
])('a script fails that %s', async ([, reason, text]) => {
  const { verdict } = await grade(text)
  expect(verdict).toMatchObject({ reason })
})
