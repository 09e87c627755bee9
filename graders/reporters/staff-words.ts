/** Words in both languages of the course; what stands between backticks is code. */
export type Phrase = readonly [english: string, chinese: string]

const count = (many: number, one: string, more = `${one}s`) => `${many} ${many === 1 ? one : more}`

/** All words of the staff's page, index.html. */
export const staffWords = {
  graded: (when: string, version: string): Phrase => [
    `graded ${when} UTC by cgrade ${version}`,
    `cgrade ${version} 于 ${when} UTC 评分`,
  ],
  forStaff: [
    'For staff only: it has hidden checks, flags and hints that no student is meant to see.',
    '仅供教师与助教：包含隐藏检查项、标记和相似提示，请勿发给学生。',
  ],
  submissions: (many: number): Phrase => [count(many, 'submission'), `${many} 份作业`],
  countOfStatus: {
    graded: (many: number): Phrase => [`${many} graded`, `已评分 ${many} 份`],
    rejected: (many: number): Phrase => [`${many} rejected`, `被拒收 ${many} 份`],
    ungraded: (many: number): Phrase => [`${many} ungraded`, `未能评分 ${many} 份`],
  },
  median: (percent: string): Phrase => [`median ${percent} %`, `中位数 ${percent} %`],
  interrupted: ['The run was interrupted: some submissions are missing here.', '本次运行被中断：这里缺少一部分作业。'],
  onlyExercises: (names: string): Phrase => [
    `Only these exercises were judged: ${names}.`,
    `只评了这些练习：${names}。`,
  ],
  standIns: (names: string): Phrase => [
    `Stand-in base images, made from Debian packages, were used for ${names}.`,
    `以下基础镜像使用了由 Debian 软件包制作的替代镜像：${names}。`,
  ],
  contents: ['On this page', '本页内容'],
  skip: ['Skip to the table of students', '跳到学生列表'],

  notGraded: (many: number): Phrase => [`${count(many, 'submission')} could not be graded`, `${many} 份作业未能评分`],
  notGradedWhy: [
    'That is our fault, never the students’: no score, no zero. Put the reason right, then grade these once more.',
    '这是评分系统的问题，不是学生的问题：没有分数，也不是零分。请先排除原因，再重新评分。',
  ],
  toDo: ['To do: ', '怎么办：'],

  failures: ['Identical failures', '相同的失败'],
  failuresWhy: [
    'What went wrong for the same reason, the most frequent first. One sentence in class may help them all.',
    '因同一原因失败的作业归为一组，人数最多的在前。课堂上讲一句，也许就能帮到所有人。',
  ],
  noFailures: ['No check failed.', '没有失败的检查项。'],
  students: (many: number): Phrase => [count(many, 'student'), `${many} 名学生`],
  refused: ['refused at intake', '接收时被拒'],
  andMore: (many: number): Phrase => [` and ${many} more`, ` 等，另有 ${many} 名`],
  moreGroups: (many: number): Phrase => [`${count(many, 'more group')}`, `还有 ${many} 组`],
  showThese: ['Show in the table', '在列表中查看'],

  scores: ['Scores', '分数分布'],
  scoresTold: (told: { scored: number; low: string; median: string; high: string }): Phrase => [
    `${count(told.scored, 'score')} in per cent of what could be had. Half of them are between ${told.low} and ${told.high} %, the median is ${told.median} %.`,
    `共 ${told.scored} 个分数，按可得分的百分比计。中间一半在 ${told.low} % 到 ${told.high} % 之间，中位数 ${told.median} %。`,
  ],
  noScores: ['There is no score yet.', '还没有分数。'],
  asTable: ['as a table', '以表格查看'],
  percentRange: ['per cent', '百分比'],
  studentsAxis: ['students', '学生数'],

  rates: ['Checks', '检查项'],
  ratesTold: [
    'How many passed each check. What could not be judged, or was not handed in, is not counted.',
    '每个检查项有多少人通过。无法判断或未提交的不计入。',
  ],
  check: ['check', '检查项'],
  points: ['points', '分值'],
  passRate: ['passed', '通过率'],
  all: ['all', '全部情况'],
  hidden: ['hidden', '隐藏'],
  visibleFrom: ['hidden from students', '对学生隐藏'],

  heatMap: ['Students and checks', '学生与检查项一览'],
  heatMapTold: (many: number): Phrase => [
    `A row for each of ${count(many, 'student')}, a column for each check, in the order in which the table below begins: what needs a look stands at the top. The table has the same in words.`,
    `每行一名学生（共 ${many} 名），每列一个检查项，顺序与下方列表的初始顺序相同：需要关注的在最上面。下方列表有同样内容的文字版。`,
  ],
  pointAt: ['Point at a place to read it, click to find it in the table.', '指向某处可查看内容，点击可在列表中定位。'],

  phases: ['Time', '耗时'],
  phasesTold: [
    'What a submission took. The box is the middle half, the line reaches to the 5th and 95th of 100.',
    '每份作业的耗时。方框为中间一半，线段为第 5 到第 95 百分位。',
  ],
  phase: {
    build: ['build', '构建'],
    boot: ['boot', '启动'],
    specs: ['checks', '检查'],
    whole: ['all of it', '合计'],
  },
  medianHead: ['median', '中位数'],
  ninetyFifth: ['95 of 100 below', '95 % 低于'],
  slowest: ['slowest', '最慢'],

  flags: ['Flags', '标记'],
  flagsWhy: [
    'For a second look by a person. A flag is no verdict and costs no points.',
    '供人工复核。标记不是结论，也不扣分。',
  ],

  similarity: ['Similar submissions', '相似的作业'],
  similarityWhy: [
    'Hints for a person, never a verdict: students share a teacher, a handout and the same web pages. Read both before you ask, and listen to both. Nothing of this is in a student’s report.',
    '仅供人工参考，绝非结论：学生有同样的老师、讲义和网络资料。请先读双方的代码，并听取双方说明。学生报告中不含这些内容。',
  ],
  similarityOf: (compared: number, all: number): Phrase => [
    `${compared} of ${count(all, 'submission')} were compared.`,
    `${all} 份作业中比较了 ${compared} 份。`,
  ],
  alike: {
    submission: (): Phrase => ['the whole submission is the same, byte for byte', '整份作业逐字节相同'],
    file: (file: string): Phrase => [`same file \`${file}\`, byte for byte`, `文件 \`${file}\` 逐字节相同`],
    normalised: (file: string): Phrase => [
      `same file \`${file}\` but for comments, white space and case`,
      `除注释、空白和大小写外，文件 \`${file}\` 相同`,
    ],
    tokens: (_file: string, percent: number): Phrase => [
      `${percent} % of the smaller program is in the other one, too, once names, numbers and texts are left out`,
      `不计名称、数字和文本，较小程序的 ${percent} % 也在另一份中`,
    ],
  },
  noSimilarity: ['Nothing stands out.', '没有明显相似之处。'],

  table: ['All students', '全部学生'],
  search: ['Search', '搜索'],
  searchHow: ['name, flag or reason', '姓名、标记或原因'],
  status: ['Status', '状态'],
  outcome: ['Outcome', '结果'],
  any: ['any', '不限'],
  chooseCheck: ['Check', '检查项'],
  anyCheck: ['any check', '任意检查项'],
  flagged: ['flagged', '有标记'],
  late: ['late', '迟交'],
  similar: ['similar', '相似'],
  reset: ['Show all', '显示全部'],
  download: ['CSV of what is shown', '下载所示内容（CSV）'],
  shown: ['{shown} of {all} students', '显示 {all} 名学生中的 {shown} 名'],
  onlyGroup: ['Only one group of failures is shown.', '仅显示一组失败。'],
  tableHow: [
    'A heading sorts by its column; a name leads to what the student reads.',
    '点击表头按该列排序；点击姓名查看该学生的报告。',
  ],
  column: {
    student: ['student', '学生'],
    status: ['status', '状态'],
    score: ['score', '得分'],
    of: ['of', '满分'],
    percent: ['%', '%'],
    final: ['after lateness', '扣迟交后'],
    flags: ['notes', '备注'],
    seconds: ['seconds', '秒'],
  },
  statuses: { graded: ['graded', '已评分'], rejected: ['rejected', '被拒收'], ungraded: ['ungraded', '未能评分'] },
  outcomes: {
    passed: ['passed', '通过'],
    partial: ['partial', '部分'],
    failed: ['failed', '失败'],
    skipped: ['skipped', '跳过'],
    uncounted: ['not counted', '不计'],
    errored: ['not judged', '未能判断'],
  },
  daysLate: (days: number): Phrase => [`${count(days, 'day')} late`, `迟交 ${days} 天`],
  otherLanguage: ['中文', 'English'],
} as const satisfies Words

interface Words {
  [name: string]: Phrase | ((...given: never[]) => Phrase) | Words
}
