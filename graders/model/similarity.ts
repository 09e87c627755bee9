import * as z from 'zod'

/** One source file of a submission, as little of it as can be compared. */
const fingerprintFileSchema = z.strictObject({
  path: z.string(),
  /** sha256 of its bytes. */
  exact: z.string(),
  /** sha256 of what is left without comments, white space and case; absent where too little is left to mean anything. */
  normalised: z.string().optional(),
  /** Hashes of its tokens, whatever their names: the few that winnowing keeps. */
  tokens: z.array(z.int()).optional(),
})
export type FingerprintFile = z.infer<typeof fingerprintFileSchema>

/** What is kept of a submission to compare it with others; no line of it can be read back. */
export const fingerprintSchema = z.strictObject({
  id: z.string(),
  /** Of the whole submission. */
  digest: z.string(),
  files: z.array(fingerprintFileSchema),
  /** True where caps left some of its files out. */
  isPartial: z.boolean(),
})
export type Fingerprint = z.infer<typeof fingerprintSchema>

export const similarityKinds = ['submission', 'file', 'normalised', 'tokens'] as const

/** Submissions that have something in common that the handout does not explain: a hint for people, never a verdict. */
export const similarityGroupSchema = z.strictObject({
  kind: z.enum(similarityKinds),
  /** The sentence why. */
  why: z.string(),
  submissionIds: z.array(z.string()).min(2),
  /** A file of the first of them. */
  file: z.string().optional(),
  /** Of the smaller one's tokens, how many are the other's, too. */
  percent: z.number().optional(),
})
export type SimilarityGroup = z.infer<typeof similarityGroupSchema>

/** `similarity.json`, key by key in docs/grades-json.md. */
export const similaritySchema = z.strictObject({
  schema: z.literal('cgrade/similarity/v1'),
  /** Submissions whose sources were there to be compared. */
  compared: z.int(),
  /** Sentences: what was not compared, and why. */
  notes: z.array(z.string()),
  groups: z.array(similarityGroupSchema),
})
export type Similarity = z.infer<typeof similaritySchema>
