/** By what a program that takes memory is known. */

const serverWords = /http[-_ ]?(?:server|svc|srv)|web[-_ ]?server|simple[-_ ]?http|httpd/i
const memoryWords = /(?:^|[^a-z])(?:memory|mem|malloc|oom|alloc(?:ate|ator)?|hog|leak)(?:[^a-z]|$)/i
const exerciseNumber = /(?:^|[^\d.])3[._-]1(?!\d)/

/** A path, or a part of one, that names the memory exercise and no server. */
export function namesMemory(path: string): boolean {
  // `allocMemory.go`: a capital begins a word.
  const words = path.replace(/([a-z])([A-Z])/g, '$1-$2')
  return !serverWords.test(path) && (memoryWords.test(words) || exerciseNumber.test(path))
}

/** A folder that is called for the program and nothing more: `malloc`, `3.1-memory`, `oom_demo`. */
export function isCalledForMemory(folder: string): boolean {
  const words = folder.toLowerCase().split(/[^a-z]+/)
  const telling = words.filter(
    (word) => word !== '' && !/^(?:demo|test|exercise|ex|cgroups?|limit|program|app)$/.test(word),
  )
  const named = telling.every((word) => /^(?:malloc|memory|mem|oom|hog|alloc|eater?)$/.test(word))
  return (telling.length > 0 && named) || (telling.length === 0 && exerciseNumber.test(folder))
}

export function namesServer(path: string): boolean {
  return serverWords.test(path)
}

const serverCode =
  /ListenAndServe|net\/http|gin-gonic|labstack\/echo|gofiber|fasthttp|net\.Listen\(|http\.server|HTTPServer|createServer|express\(|[Ff]lask|[Ff]ast[Aa][Pp][Ii]|\b(?:bind|listen)\s*\(\s*\w+\s*,/

export function isServerCode(text: string): boolean {
  return serverCode.test(text)
}

/** Of C, and of C called from Go. */
const allocators =
  /\b(?:malloc|calloc|realloc|mmap|Mmap|sbrk|memalign|aligned_alloc)\s*\(|\bnew\s+(?:unsigned\s+)?char\s*\[/
const touches = /\bmemset\s*\(|\bmlock(?:all)?\s*\(/
/** Slices that are made and kept. */
const goSlices = /\bmake\(\s*\[\]\w+\s*,|\b(?:bytes|strings)\.Repeat\(/
const keeps = /\bappend\(|\bfor\b[^\n]*\{/
/** What a program that only makes slices must say besides: many others make large ones. */
const speaks = /alloc|memory|\boom\b/i
const largeNumbers =
  /\b10(?:24|00|25)\s*\*\s*10(?:24|00|25)\b|\b104960000\b|\b104857600\b|<<\s*(?:20|2\d|30)\b|\b1e[6-9]\b|\b[1-9]\d{6,}\b|\b[kmg]i?b\b/i

/** Enough to be taken for a program of the memory exercise. */
export const enoughPoints = 6

export interface Rating {
  points: number
  /** Ends of "it ...". */
  reasons: string[]
}

/** How much of a program that takes memory is in a source. */
export function rateSource(path: string, text: string): Rating {
  const slices = goSlices.test(text)
  const marks: [boolean, number, string][] = [
    [allocators.test(text), 4, `calls \`${allocators.exec(text)?.[0].replace(/\s*\($/, '')}\``],
    [slices && !allocators.test(text), 2, 'makes slices'],
    [slices && keeps.test(text), 1, 'keeps them'],
    [touches.test(text), 2, `writes to them with \`${touches.exec(text)?.[0].replace(/\s*\($/, '')}\``],
    [slices && speaks.test(text), 1, 'speaks of memory'],
    [largeNumbers.test(text), 2, 'counts in megabytes'],
    [namesMemory(path) || /cgroup/i.test(path), 3, 'has a name that speaks of memory'],
  ]
  const takes = slices || allocators.test(text)
  // Without a call that takes memory there is only a name.
  const counted = marks.filter(([holds, points], at) => holds && points > 0 && (takes || at === marks.length - 1))
  return {
    points: counted.reduce((sum, [, points]) => sum + points, 0),
    reasons: counted.map(([, , reason]) => reason),
  }
}
