import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Test support: a real browser, for pages that the test itself wrote. */

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

/** For the title of what needs it; undefined where there is one. */
export const whyNoBrowser = executablePath === undefined ? 'there is no Chromium on this machine' : undefined

export function launchBrowser(): Promise<Browser> {
  // A sandbox of Chromium's own is not to be had for root.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
  return chromium.launch({ executablePath: executablePath ?? '', args, timeout: 60_000 })
}
