import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scopeLabel } from './scope.ts'

/** What a contestant without discovery has to be told. */
export interface Submission {
  id: string
  folder: string
  files: string[]
  port: number
  /** What its `/healthz` answers, and no other's. */
  healthText: string
}

interface Look {
  scope: string
  goVersion: string
  base: string
}

const ports = [8080, 80, 8000, 9090, 8081, 3000]
const nouns = ['harbour', 'lantern', 'meadow', 'granite', 'saffron', 'thistle', 'copper', 'willow', 'ember', 'juniper']
/** Of 47 submissions of a course, 38 had two stages. */
const singleStageEvery = 5

/** Writes honest servers of the assignment, no two alike; the same seed gives the same ones. */
export async function writeGoSubmissions(
  inbox: string,
  count: number,
  seed: string,
  look: Look,
): Promise<Submission[]> {
  const all: Submission[] = []
  for (let index = 0; index < count; index += 1) {
    const id = `student-${String(index + 1).padStart(4, '0')}`
    const folder = join(inbox, id)
    const draw = drawFrom(`${seed}/${id}`)
    const port = draw.pick(ports)
    const healthText = `healthy ${draw.hex()}`
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'go.mod'), `module ${draw.pick(nouns)}-${draw.hex()}\n\ngo ${look.goVersion}\n`)
    await writeFile(join(folder, 'main.go'), programOf(draw, port, healthText))
    const isSingle = index % singleStageEvery === singleStageEvery - 1
    await writeFile(join(folder, 'Dockerfile'), dockerfileOf(look, port, isSingle))
    all.push({
      id,
      folder,
      files: ['Dockerfile', 'go.mod', 'main.go'],
      port,
      healthText,
    })
  }
  return all
}

function dockerfileOf({ base, scope }: Look, port: number, isSingle: boolean): string {
  const last = [`LABEL ${scopeLabel}=${scope}`, `EXPOSE ${port}`]
  const lines = isSingle
    ? [`FROM ${base}`, ...last, 'WORKDIR /src', 'COPY . .', 'RUN go build -o /server .', 'CMD ["/server"]']
    : [
        `FROM ${base} AS build`,
        'WORKDIR /src',
        'COPY . .',
        'RUN CGO_ENABLED=0 go build -o /server .',
        'FROM scratch',
        ...last,
        'COPY --from=build /server /server',
        'ENTRYPOINT ["/server"]',
      ]
  return `${lines.join('\n')}\n`
}

function programOf(draw: Draw, port: number, healthText: string): string {
  const [root, health, extra, started] = [draw.name(), draw.name(), draw.name(), draw.name()]
  return `package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// ${draw.pick(nouns)} ${draw.hex()}: echoes headers, and says on standard output who asked.
var ${started} = time.Now()

func log${root}(r *http.Request, status int) {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Printf("%s %s %d\\n", host, r.URL.Path, status)
}

func ${root}(w http.ResponseWriter, r *http.Request) {
	for name, values := range r.Header {
		w.Header().Set(name, strings.Join(values, ", "))
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	status := http.StatusOK
	if r.URL.Path != "/" {
		status = http.StatusNotFound
	}
	w.WriteHeader(status)
	fmt.Fprintln(w, "${draw.pick(nouns)} ${draw.hex()}")
	log${root}(r, status)
}

func ${health}(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, "${healthText}")
	log${root}(r, http.StatusOK)
}

func ${extra}(w http.ResponseWriter, r *http.Request) {
	json.NewEncoder(w).Encode(map[string]any{"${draw.pick(nouns)}": time.Since(${started}).String()})
	log${root}(r, http.StatusOK)
}

func main() {
	http.HandleFunc("/", ${root})
	http.HandleFunc("/healthz", ${health})
	http.HandleFunc("/${draw.pick(nouns)}", ${extra})
	if err := http.ListenAndServe(":${port}", nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`
}

interface Draw {
  hex(): string
  pick<T>(from: T[]): T
  /** Of something in the program. */
  name(): string
}

function drawFrom(seed: string): Draw {
  let drawn = 0
  const next = () => createHash('sha256').update(`${seed}/${drawn++}`).digest()
  const hex = () => next().toString('hex', 0, 5)
  const pick = <T>(from: T[]): T => from[next().readUInt32BE() % from.length] as T
  return { hex, pick, name: () => `the${hex()}` }
}
