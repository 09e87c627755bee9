import type { Command } from 'commander'
import { formatSummaries } from '../reporters/format-summaries.ts'
import type { ImagesOptions, ReportOptions, Wish } from './command-line.ts'
import { declareBatch, declareCheck } from './declare-grading.ts'
import { declareInit } from './declare-init.ts'
import { declareMerge } from './declare-merge.ts'
import { declarePublish } from './declare-publish.ts'
import { declareRegrade } from './declare-regrade.ts'
import { declareWorker } from './declare-worker.ts'
import { parseMirror, parseValueOf } from './grading-options.ts'

/** Every command with its arguments, options and help; nothing of what they do. */
export function declareCommands(program: Command, name: string, choose: (wish: Wish) => void): void {
  declareCheck(program, name, choose)
  declareBatch(program, name, choose)
  declareRegrade(program, name, choose)
  declareReport(program, name, choose)
  declareMerge(program, name, choose)
  declareWorker(program, name, choose)
  declareDoctor(program, name, choose)
  declareImages(program, name, choose)
  declareInit(program, name, choose)
  declarePublish(program, name, choose)
  program.addHelpText(
    'after',
    `
Examples:
  ${name} check .                      look at your own homework before you hand it in
  ${name} submissions/inbox            grade every folder below it (short for batch)
  ${name} batch submissions/inbox --jobs 4 --out reports/module3
  ${name} report reports/latest --format junit,csv
  ${name} regrade reports/latest       after a spec, points or submissions have changed
  ${name} merge parts/server parts/root
  ${name} worker --queue redis://host:6379   grade what a batch with the same --queue has
  ${name} init course ../my-course     grade pull requests on GitHub (docs/github.md)
  ${name} doctor                       what this machine can grade, and how to fix what it cannot

Exit codes:
  0  every submission was graded or rejected
  1  something failed, is partial or was rejected (check, or batch --require-pass)
  2  wrong use or configuration
  3  something is ungraded: our fault, not the student's
  130  interrupted`,
  )
}

function declareReport(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('report')
    .summary('write the reports of an earlier run again')
    .description('Renders the grades of a run once more, in the formats asked for.')
    .argument('<run>', 'a run: its folder or its grades.json')
    .option('-f, --format <list>', 'formats, separated by commas: see below', collectFormats)
    .option('-o, --out <path>', 'write here instead', parseValueOf('--out', 'a path'))
    .option('--only <submission>', 'just this submission', parseValueOf('--only', 'the name of a submission'))
    .option(
      '--template <csv>',
      'what Canvas or Moodle exported, to be filled',
      parseValueOf('--template', 'a CSV file'),
    )
    .option('--column <name>', 'the column of --template for the points', parseValueOf('--column', 'a column'))
    .option('--checkout <path>', 'annotations name files from here', parseValueOf('--checkout', 'a path'))
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .action((run: string, options: Partial<ReportOptions> & { format?: string[] }) => {
      const { format = [], ...rest } = options
      choose({ command: 'report', options: { json: false, ...rest, run, formats: format } })
    })
    .addHelpText(
      'after',
      `
Formats:
${listFormats()}

Examples:
  ${name} report reports/latest
  ${name} report reports/latest --format junit,csv --out exports
  ${name} report reports/latest --only li-wei
  ${name} report reports/latest --format github-annotations --checkout submission
  ${name} report reports/latest --format canvas --template grades-export.csv --column 'Module 3 (12345)'`,
    )
}

/** `--format` may be given more than once; `report` itself knows the names. */
function collectFormats(given: string, before: string[] = []): string[] {
  return [...before, parseValueOf('--format', 'a list of formats')(given)]
}

function listFormats(): string {
  return Object.entries(formatSummaries)
    .map(([name, summary]) => `  ${name.padEnd(20)}${summary}`)
    .join('\n')
}

function declareDoctor(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('doctor')
    .summary('tell what this machine can grade')
    .description('Looks at the engine, the kernel, the rights and the disk, and tells how to fix what is missing.')
    .option('--security', 'tell how well this machine holds hostile submissions instead')
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .action((options: { json?: boolean; security?: boolean }) =>
      choose({ command: 'doctor', options: { json: false, ...options } }),
    )
    .addHelpText(
      'after',
      `\nExamples:\n  ${name} doctor\n  ${name} doctor --security\n  ${name} doctor --json\n\nExit code 3 when httpserver cannot be graded here, or when the machine is below the security level basic.`,
    )
}

const imagesDefaults = { warm: true, standIns: true, machine: false, list: false, json: false }

function declareImages(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('images')
    .summary('prepare base images before grading')
    .description('Pulls base images, loads them from a file, or makes stand-ins from Debian packages, and warms them.')
    .argument('[names...]', 'base images as Dockerfiles name them')
    .option('--mirror <host>', 'registry that stands in for Docker Hub', parseMirror)
    .option('--load <tar>', 'load images from this file, as `docker save` writes it', parseValueOf('--load', 'a file'))
    .option('--no-stand-ins', 'never make missing base images from Debian packages')
    .option('--no-warm', 'leave out the build caches that make grading quick')
    .option('--machine', 'prepare the virtual machine for scripts that `--kernel` uses')
    .option('--list', 'list what is prepared already')
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .action((names: string[], options: Partial<ImagesOptions>) => {
      choose({ command: 'images', options: { ...imagesDefaults, ...options, names } })
    })
    .addHelpText(
      'after',
      `
Examples:
  ${name} images golang:1.22 alpine:3.19
  ${name} images --load bases.tar
  ${name} images golang:1.22 --mirror docker.m.daocloud.io
  ${name} images --machine
  ${name} images --list`,
    )
}
