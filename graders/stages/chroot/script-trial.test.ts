import { expect, test } from 'vitest'
import { readsArguments } from './script-trial.ts'

test('a script that reads its arguments is given one', () => {
  for (const text of ['path=$1', ['path=$', '{1:-/tmp/x}'].join(''), '[ $# -eq 1 ]', 'for i in "$@"; do :; done']) {
    expect(readsArguments(text)).toBe(true)
  }
  for (const text of ['path=/tmp/x', 'echo $10', 'echo $path']) expect(readsArguments(text)).toBe(false)
})
