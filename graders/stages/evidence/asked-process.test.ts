import { describe, expect, test } from 'vitest'
import { readAskedProcess } from './asked-process.ts'

describe('the process number that is written into a script', () => {
  test.each([
    ['nsenter -t 34844 -n ip addr', 34844],
    ['sudo nsenter -n -t34844 ip a', 34844],
    ['nsenter -nt 34844 ip a', 34844],
    ['nsenter --target 34844 --net ip addr', 34844],
    ['nsenter --net --target=34844 ip addr', 34844],
    ['nsenter --net=/proc/34844/ns/net ip addr', 34844],
    ['PID=34844\nnsenter -t $PID -n ip addr', 34844],
    ['container_pid="34844"\nnsenter -t "$container_pid" -n ip addr', 34844],
  ])('%j', (script, pid) => {
    expect(readAskedProcess(script).pid).toBe(pid)
  })

  test.each([
    ['nsenter -t "$1" -n ip addr'],
    ["pid=$(docker inspect -f '{{.State.Pid}}' web)\nnsenter -t $pid -n ip addr"],
    ['# nsenter -t 34844 -n ip addr\nnsenter -t "$1" -n ip addr'],
    ['nsenter -t 1 -n ip addr'],
    ['nsenter -t 99999999 -n ip addr'],
    ['docker run -d -p 8080:8080 web'],
  ])('is none in %j', (script) => {
    expect(readAskedProcess(script).pid).toBeUndefined()
  })
})

describe('what a script searches for', () => {
  test.each([
    ['lsns -t net | grep http-server', ['http-server', 'httpserver']],
    ['ps -ef | grep httpserver | grep -v grep', ['httpserver', 'http-server']],
    ["pid=$(docker inspect -f '{{.State.Pid}}' cncamp)", ['cncamp', 'http-server', 'httpserver']],
    ['docker run -d --name web-1 image\npgrep -f "myserver"', ['myserver', 'web-1', 'http-server', 'httpserver']],
    ["ps aux | grep '[s]imple'", ['simple', 'http-server', 'httpserver']],
    ['nsenter -t $1 -n ip addr | grep inet', ['http-server', 'httpserver']],
    ['grep "$1; rm -rf /" x; grep $name y', ['http-server', 'httpserver']],
  ])('%j', (script, words) => {
    expect(readAskedProcess(script).words).toEqual(words)
  })
})
