import { Transform } from 'node:stream'

const headerBytes = 8
const stdoutKind = 1

/**
 * Takes the engine's frames apart as they come and passes on what was printed to standard output. Unlike dockerode's own
 * demultiplexer it keeps back-pressure, holds back nothing and does not recurse. `onStderr` is told of any other output.
 */
export function createStdoutReader(onStderr: () => void = () => {}): Transform {
  let header = Buffer.alloc(0)
  let bytesLeft = 0
  let wanted = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let rest = chunk
      while (rest.length > 0) {
        if (bytesLeft === 0) {
          const missing = headerBytes - header.length
          header = Buffer.concat([header, rest.subarray(0, missing)])
          rest = rest.subarray(missing)
          if (header.length < headerBytes) break
          wanted = header[0] === stdoutKind
          bytesLeft = header.readUInt32BE(4)
          header = Buffer.alloc(0)
          if (!wanted) onStderr()
        } else {
          const part = rest.subarray(0, bytesLeft)
          rest = rest.subarray(part.length)
          bytesLeft -= part.length
          if (wanted) this.push(part)
        }
      }
      done()
    },
  })
}
