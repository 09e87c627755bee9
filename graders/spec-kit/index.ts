/** All that a spec may import. docs/writing-specs.md has a tutorial. */
export type { AssignmentInput } from '../model/assignment.ts'
export type { HttpExchange } from '../probes/http.ts'
export { type CheckBody, check, type Fixtures } from './check.ts'
export { expect } from './expect.ts'
export { randomHeaders, randomPath, randomVersion, randomWord } from './random.ts'
export type { Server, Visit } from './server.ts'
