/**
 * Text that one kind of reader takes as text and never obeys. Every other string is untrusted. `reporters/escape.ts`
 * makes it, `fileNameOf` makes the names of files; what writes takes nothing else.
 */
export type Encoded<Sink extends string> = string & { readonly [sink]: Sink }
declare const sink: unique symbol

/** For a terminal or a log, which GitHub's runner may read for commands: see `forTerminal`. */
export type TerminalText = Encoded<'terminal'>
export type JsonText = Encoded<'json'>
export type CsvText = Encoded<'csv'>
export type XmlText = Encoded<'xml'>
export type HtmlText = Encoded<'html'>
/** For the summary of a step on GitHub. */
export type MarkdownText = Encoded<'markdown'>

/** What standard output and standard error take. */
export type PrintedText = TerminalText | JsonText
/** What may be the whole of a file. */
export type FileText = PrintedText | CsvText | XmlText | HtmlText | MarkdownText
/** A name for a file of ours, or a path made of such names. */
export type FileName = Encoded<'file name'>
