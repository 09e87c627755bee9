import { expect, test } from 'vitest'
import { renderTable, replaceSections } from './results.ts'

test('a section that was measured again takes the place of the old one, the others stay', () => {
  const known = '# Head\n\nwords\n\n## One\n\nold\n\n## Two\n\nkept\n'
  const text = replaceSections(known, [
    { title: 'One', text: 'new' },
    { title: 'Three', text: 'first' },
  ])
  expect(text).toBe('# Head\n\nwords\n\n## One\n\nnew\n\n## Two\n\nkept\n\n## Three\n\nfirst\n')
})

test('numbers stand at the right of their column', () => {
  expect(renderTable(['', 'wall'], [['cgrade', '1 s']])).toBe('|        | wall |\n| ------ | ---: |\n| cgrade |  1 s |')
})
