import { registerHooks } from 'node:module'

/**
 * Test support, loaded with `node --import`: replaces modules of the grader by others, so that a test can show that an attack
 * succeeds without the defence. There is no switch in the product: only who starts the grader's process can do this, and
 * who can do that needs no attack. `CGRADE_DISARM`: JSON, the end of a module's path to the URL of its replacement, which
 * may import the original under its own URL with `?armed` behind it.
 */
const replacements = Object.entries(JSON.parse(process.env.CGRADE_DISARM ?? '{}') as Record<string, string>)

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    const found = replacements.find(([end]) => resolved.url.endsWith(end))
    return found === undefined ? resolved : { ...resolved, url: found[1] }
  },
})
