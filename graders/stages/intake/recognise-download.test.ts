import { expect, test } from 'vitest'
import { readCanvasName } from './canvas-names.ts'
import { readMoodleName } from './moodle-names.ts'
import { recogniseDownload } from './recognise-download.ts'

const files = (...names: string[]) => names.map((name) => ({ name, isFolder: false }))
const folders = (...names: string[]) => names.map((name) => ({ name, isFolder: true }))

test.each([
  [
    'zhangwei_4321_98765_hw.zip',
    { student: 'zhangwei', userId: '4321', isLate: false, file: { id: '98765', name: 'hw.zip' } },
  ],
  ['zhangwei_LATE_4321_98765_hw_1_2.zip', { isLate: true, userId: '4321', file: { id: '98765', name: 'hw_1_2.zip' } }],
  ['张伟_4321_98765_作业.zip', { student: '张伟', file: { id: '98765', name: '作业.zip' } }],
  ['de_la_cruz_12_34_main.go', { student: 'de_la_cruz', userId: '12', file: { id: '34', name: 'main.go' } }],
  ['zhangwei_10000000000123_98765_hw.zip', { userId: '10000000000123' }],
  ['anon_aB3x9_98765_hw.zip', { student: '', userId: 'aB3x9', isAnonymous: true }],
  ['LATE_anon_aB3x9_98765_hw.zip', { isLate: true, userId: 'aB3x9' }],
  ['zhangwei_4321_text.html', { userId: '4321', student: 'zhangwei' }],
])('reads the Canvas name %s', (name, expected) => {
  expect(readCanvasName(name)).toMatchObject(expected)
})

test.each([
  'alice',
  'alice.zip',
  'Zhang_4321_98765_hw.zip',
  'li-wei_1_2_hw.zip',
  'zhang wei_1_2_x',
  'a_01_2_x',
  'a_1_2_..',
  'a_1_2_',
])('Canvas never wrote %s', (name) => {
  expect(readCanvasName(name)).toBeUndefined()
})

test.each([
  ['Li Wei_12345_assignsubmission_file_', true, { student: 'Li Wei', participantId: '12345', kind: 'file' }],
  ['Li Wei_12345_assignsubmission_file', true, { participantId: '12345' }],
  ['李_伟_7_assignsubmission_onlinetext_', true, { student: '李_伟', kind: 'onlinetext' }],
  ['Li Wei_12345_assignsubmission_file_hw.zip', false, { kind: 'file', fileName: 'hw.zip' }],
])('reads the Moodle name %s', (name, isFolder, expected) => {
  expect(readMoodleName(name, isFolder)).toMatchObject(expected)
})

test('groups the files of one student, and keeps what Canvas says of the student', () => {
  const { handIns, leftOut, rest } = recogniseDownload([
    ...files('zhangwei_LATE_4321_7_Dockerfile', 'zhangwei_LATE_4321_8_main.go', 'liming_55_9_hw.zip', 'notes.txt'),
    ...files('liming_55_text.html', 'typed_66_link.html'),
    ...folders('bob'),
  ])
  expect(handIns).toEqual([
    {
      id: 'zhangwei_4321',
      delivery: { name: 'zhangwei', canvasId: '4321', markedLate: true },
      holds: {
        files: [
          { entry: 'zhangwei_LATE_4321_7_Dockerfile', name: 'Dockerfile' },
          { entry: 'zhangwei_LATE_4321_8_main.go', name: 'main.go' },
        ],
      },
    },
    {
      id: 'liming_55',
      delivery: { name: 'liming', canvasId: '55' },
      holds: { files: [{ entry: 'liming_55_9_hw.zip', name: 'hw.zip' }] },
    },
  ])
  expect(leftOut.map(({ name }) => name)).toEqual(['liming_55_text.html', 'typed_66_link.html'])
  expect(rest.map(({ name }) => name)).toEqual(['notes.txt', 'bob'])
})

test('two students of one name are two submissions', () => {
  const { handIns } = recogniseDownload(files('lina_1_11_a.zip', 'lina_2_12_a.zip'))
  expect(handIns.map(({ id }) => id)).toEqual(['lina_1', 'lina_2'])
})

test.each([
  ['one number for two files', files('li_10_5_hw.zip', 'wang_11_5_hw.zip')],
  ['one number for two students', files('li_2024_1_hw.zip', 'wang_2024_2_hw.zip')],
  ['a class of one student with many archives', files('module_3_1_alice.zip', 'module_3_2_bob.zip')],
])('names that only look like those of Canvas stay names: %s', (_why, entries) => {
  expect(recogniseDownload(entries)).toEqual({ handIns: [], leftOut: [], rest: entries })
})

test('Moodle: folders are hand-ins, typed text is told, and so is what has no number', () => {
  const { handIns, leftOut, rest } = recogniseDownload([
    ...folders('Li Wei_12_assignsubmission_file_', 'Li Wei_12_assignsubmission_onlinetext_', 'alice'),
    ...folders('Default group_assignsubmission_file_'),
    ...files('Ann_13_assignsubmission_file_a.go', 'Ann_13_assignsubmission_file_Dockerfile'),
  ])
  expect(handIns).toEqual([
    {
      id: 'Li Wei_12',
      delivery: { name: 'Li Wei', moodleId: '12' },
      holds: { folder: 'Li Wei_12_assignsubmission_file_' },
    },
    {
      id: 'Ann_13',
      delivery: { name: 'Ann', moodleId: '13' },
      holds: {
        files: [
          { entry: 'Ann_13_assignsubmission_file_a.go', name: 'a.go' },
          { entry: 'Ann_13_assignsubmission_file_Dockerfile', name: 'Dockerfile' },
        ],
      },
    },
  ])
  expect(leftOut.map(({ name }) => name)).toEqual([
    'Li Wei_12_assignsubmission_onlinetext_',
    'Default group_assignsubmission_file_',
  ])
  expect(rest).toEqual(folders('alice'))
})
