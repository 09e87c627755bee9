import { describe, expect, test } from 'vitest'
import { UsageError } from './grader-error.ts'
import { parseRoster } from './roster.ts'

const commit = 'a'.repeat(40)

const expected = [
  {
    line: 2,
    id: 'alice',
    delivery: { name: 'Alice, A.', submittedAt: '2026-11-20T15:00:00.000Z', canvasId: '007' },
    git: { url: 'https://github.com/alice/module3', commit, folder: 'hw/3' },
  },
  {
    line: 3,
    id: '张伟',
    delivery: { extendedUntil: '2026-11-22T04:59:59.000Z', email: 'zhang@example.org' },
    path: 'in/zhang.zip',
  },
  { line: 4, id: 'carol', delivery: {}, extensionDays: 2 },
]

const csv = [
  'id,name,path,git,commit,submittedAt,canvasId,extendedUntil,email,extensionDays',
  `alice,"Alice, A.",hw/3,https://github.com/alice/module3,${commit},2026-11-20T23:00:00+08:00,007,,,`,
  '张伟, ,in/zhang.zip,,,,,2026-11-21T23:59:59-05:00,zhang@example.org,',
  'carol,,,,,,,,,2',
  '',
]

describe('a roster is read alike', () => {
  test.each([
    ['as Excel writes it', `\u{FEFF}${csv.join('\r\n')}`],
    ['with plain line ends', csv.join('\n')],
    ['with semicolons', csv.join('\n').replaceAll(',', ';').replace('"Alice; A."', '"Alice, A."')],
    ['with an empty line at its end', `${csv.join('\n')}\n\n`],
  ])('%s', (_how, text) => {
    expect(parseRoster(text, 'roster.csv')).toEqual(expected)
  })

  test('as YAML, where values are what is written', () => {
    const yaml = `- { id: alice, name: "Alice, A.", path: hw/3, git: 'https://github.com/alice/module3', commit: ${commit}, submittedAt: 2026-11-20T23:00:00+08:00, canvasId: 007 }
- id: 张伟
  path: in/zhang.zip
  extendedUntil: 2026-11-21T23:59:59-05:00
  email: zhang@example.org
  name:
- { id: carol, extensionDays: 2 }
`
    expect(parseRoster(yaml, 'roster.yml').map(({ line: _line, ...entry }) => entry)).toEqual(
      expected.map(({ line: _line, ...entry }) => entry),
    )
    expect(parseRoster(yaml, 'roster.yaml').map(({ line }) => line)).toEqual([1, 2, 7])
  })
})

test('lines are those of the file, also below a cell of several lines', () => {
  const entries = parseRoster('id,name\r\na,"x\r\ny"\r\nb,z\r\n', 'r.csv')
  expect(entries.map(({ line }) => line)).toEqual([2, 4])
})

test.each([
  ['id,canvas_id\na,1\n', 'line 2: there is no column `canvas_id` in a roster. Did you mean `canvasId`?'],
  ['id,shoe size\na,43\n', 'Expected `id`, `name`, `path`'],
  ['name\nAlice\n', 'line 1: expected names of columns with `id`'],
  ['id,name,name\na,b,c\n', 'the column `name` is there twice'],
  ['id,name\n,Alice\n', 'line 2: `id` is missing'],
  ['id,name\na,b,c\n', 'line 2'],
  ['id,name\n"a,b\n', 'line'],
  ['id\na\nb\na\n', 'lines 2 and 4 both have the `id` `a`'],
  ['id\njos\u00e9\njose\u0301\n', 'lines 2 and 3 both have the `id`'],
  ['id,email\na,X@example.org\nb,x@example.org\n', 'both have the `email`'],
  ['id\n../x\n', '`id` is wrong'],
  ['id\n..\n', '`id` is wrong'],
  ['id,path\na,../b\n', '`path` is wrong: expected a path below'],
  ['id,path\na,/etc\n', '`path` is wrong'],
  ['id,path\na,x\\..\\..\\y\n', '`path` is wrong'],
  ['id,submittedAt\na,2026-11-20 23:59\n', '`submittedAt` is wrong: expected a time with its offset from UTC'],
  ['id,extensionDays\na,-1\n', '`extensionDays` is wrong: expected a number of days, got `-1`'],
  ['id,extensionDays,extendedUntil\na,1,2026-11-20T23:59:59Z\n', 'cannot both be given'],
  ['id,commit\na,cafe\n', '`commit` is wrong: expected the 40 hex digits'],
  [`id,commit\na,${commit}\n`, '`commit` needs the address of a repository'],
  [`id,git,commit,branch\na,https://x.org/a,${commit},main\n`, '`commit` and `branch` cannot both be given'],
  ['id\n', 'names no student'],
  ['', 'is empty'],
])('refuses %j', (text, said) => {
  expect(() => parseRoster(text, 'r.csv')).toThrow(UsageError)
  expect(() => parseRoster(text, 'r.csv')).toThrow(said)
})

test.each([
  ['a: b\n', 'expected a list'],
  ['- id: a\n  git: [x]\n', 'line 1: expected one value'],
  ['- &x id\n- *x\n', 'expected `id: ...`'],
  ['- id: a\n  id: b\n', 'line 2'],
  ['- id: a\n - b\n', 'line'],
])('refuses the YAML %j', (text, said) => {
  expect(() => parseRoster(text, 'r.yml')).toThrow(UsageError)
  expect(() => parseRoster(text, 'r.yml')).toThrow(said)
})

test('H38: H39: no address of a repository is an option, a file, a program or a secret', () => {
  const hostile = [
    '--upload-pack=touch /tmp/x',
    '-oProxyCommand=x',
    'ext::sh -c touch% /tmp/x',
    'file:///etc',
    '/srv/git',
    'http://example.org/a',
    'ssh://git@example.org/a',
    'git@example.org:a',
    'git://example.org/a',
    'https://user:secret@example.org/a',
    'https://token@example.org/a',
    'https://-oProxyCommand=x/a',
    'https://example.org/a b',
    'https://example.org/a?x=1',
    'https://example.org\\@evil.org/a',
    'HTTPS://example.org/a\u0000',
    'https:///a',
    'https://',
  ]
  for (const url of hostile) {
    const yaml = `- { id: a, git: ${JSON.stringify(url)} }`
    expect(() => parseRoster(yaml, 'r.yml'), url).toThrow(
      '`git` is wrong: expected the address of a repository by HTTPS',
    )
  }
  for (const branch of ['--force', '-x', 'a..b', 'a b', 'x.lock', '../x', 'a/../b', 'x@{1}', '.x', 'x/', 'a\tb']) {
    const yaml = `- { id: a, git: 'https://example.org/a', branch: ${JSON.stringify(branch)} }`
    expect(() => parseRoster(yaml, 'r.yml'), branch).toThrow('`branch` is wrong')
  }
  const honest = "- { id: a, git: 'https://gitee.com:8443/alice/module3.git', branch: 作业/v1.2-final }"
  expect(parseRoster(honest, 'r.yml')[0]?.git).toEqual({
    url: 'https://gitee.com:8443/alice/module3.git',
    branch: '作业/v1.2-final',
  })
})
