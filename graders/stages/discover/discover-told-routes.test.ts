import { expect, test } from 'vitest'
import { build, discover, server } from '../intake/test-submission.ts'

const routesOf = async (files: Record<string, string>) =>
  (await discover({ Dockerfile: build, 'main.go': server, ...files })).routes

test('asks the paths that a README or a script asks', async () => {
  const routes = await routesOf({
    'README.md': '```sh\ncurl -i localhost:8080/my-headers\ncurl http://127.0.0.1/version?x=1\n```\n',
    'try.sh': 'curl "http://$HOST:8080/from-script"\n',
  })
  expect(routes).toEqual(expect.arrayContaining(['/my-headers', '/version', '/from-script']))
})

test('asks paths that a configuration file sets, and no folders', async () => {
  const routes = await routesOf({
    'conf/app.ini': 'echo = /echo-here\nlog = /var/log/app.log\n',
    'app.yaml': 'health: "/alive"\n',
  })
  expect(routes).toEqual(expect.arrayContaining(['/echo-here', '/alive']))
  expect(routes).not.toContain('/var/log/app.log')
})

test('a README full of paths adds a few at most', async () => {
  const many = Array.from({ length: 500 }, (_, index) => `curl localhost/p${index}`).join('\n')
  expect((await routesOf({ 'README.md': many })).length).toBeLessThanOrEqual(16)
})
