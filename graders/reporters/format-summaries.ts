/** What `cgrade report --format` knows, in the order of its help; apart from the reporters, which no help shall wait for. */
export const formatSummaries = {
  table: 'a row per submission, on the terminal',
  student: 'what each student reads, on the terminal',
  transcript: 'the same without what differs between two runs',
  json: 'every grade, for programs (docs/grades-json.md)',
  junit: 'JUnit XML that is valid for Jenkins',
  'junit-github': 'JUnit XML with file and line, for the reporters on GitHub',
  csv: 'a row per submission, for a spreadsheet',
  html: 'a page for each student, for a browser: <student>/report.html',
  staff: 'the whole class on one page, for staff: index.html',
  'github-summary': 'Markdown for the summary of a step on GitHub',
  'github-annotations': "commands for GitHub's runner: what was lost, beside the student's own lines",
  'github-outputs': 'outputs of a step: `status`, `score`, `max-score`',
  'github-comment': 'Markdown for a comment on a pull request',
  classroom: 'of one submission: the step output `result` of GitHub Classroom',
  'classroom-notices': 'of one submission: the notices from which GitHub Classroom reads points',
  classroom50: "of one submission: Classroom 50's result.json and release-body.md",
  canvas: "points for Canvas' grade book: fills its own export (--template), or a new one",
  moodle: 'points for Moodle: fills its grading worksheet (--template), or a new one',
  gradescope: "for each student, an autograder's results.json: <student>/gradescope.json",
} as const

export type FormatName = keyof typeof formatSummaries
