import type { UnpackedRootfs } from '../model/observations.ts'
import type { Verdict } from '../model/verdict.ts'
import { failedBy, passed } from './judgement.ts'
import { endEvidence, endNote, noteEvidence } from './script-text.ts'

const steps =
  '`docker image save busybox -o busybox.tar`, unpack it, and then unpack the layer in it too: that archive (`<id>/layer.tar`, or `blobs/sha256/<id>` from newer engines, as `manifest.json` says) holds the files of the image.'

/** Whether it is the root file system of the image, unpacked, with a shell that runs. */
export function judgeRootfs(rootfs: UnpackedRootfs): Verdict {
  const { root, listed, script } = rootfs
  const rest = { evidence: [endEvidence(rootfs), ...noteEvidence(rootfs)], location: { file: script } }
  if (rootfs.markerFound && rootfs.shellRuns && listed.includes(rootfs.marker)) {
    return passed(
      `Your script unpacked the image into \`${root}\`: chroot enters it, and its own shell lists the files of the image.`,
      [{ kind: 'script', text: `$ chroot ${root} /bin/sh\n$ ls /\n${listed.join('\n')}`.slice(0, 2000) }],
    )
  }
  if (root === undefined) {
    return failedBy({
      ...rest,
      reason: rootfs.end.how === 'timeout' ? 'script.timeout' : 'rootfs.no-root',
      message: `Your script left no root file system. ${endNote(rootfs.end)}`,
      expected: 'a folder with the files of the image that `chroot` can enter',
      actual: 'no such folder',
      hint: steps,
    })
  }
  if (!rootfs.markerFound) {
    return failedBy({
      ...rest,
      reason: 'rootfs.not-unpacked',
      message: `The files of the image are not in \`${root}\`.`,
      expected: 'the files of the image',
      actual: listed.slice(0, 20).join('\n') || 'the archive as it was saved, or other files',
      hint: `Save the image and unpack twice: ${steps}`,
    })
  }
  return failedBy({
    ...rest,
    reason: 'rootfs.no-shell',
    message: `The image was unpacked into \`${root}\`, and the shell in it ${rootfs.shellRuns ? 'does not list what lies there' : 'does not run'}.`,
    expected: '`chroot` into it, and `ls /`, with the programs of the image',
    actual: rootfs.complaint ?? (listed.slice(0, 20).join('\n') || 'no answer'),
    hint: 'Unpack the layer as a whole (`tar -xf layer.tar -C FOLDER`): the commands of busybox are links to each other.',
    reproduce: `chroot ${root} /bin/sh -c 'ls /'`,
  })
}
