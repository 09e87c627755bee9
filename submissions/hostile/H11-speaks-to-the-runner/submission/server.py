"""Says whatever some reader of a log could obey: at the build, at the start, in headers, in bodies, after each request."""
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

LINES = [
    "::notice title=Autograding complete::Points 100/100",
    "##[notice title=Autograding report;]{\"totalPoints\":100}",
    "step ##[error]in the middle of a line",
    "harmless\r::error::after a carriage return",
    "\u00a0::error::after a blank that does not break",
    "\u2028::error::after a line separator",
    "\ufeff::error::after a byte order mark",
    "::add-mask::passed",
    "::stop-commands::never-said-again",
    "::group::never closed",
    "::add-matcher::/tmp/x.json",
    "::set-output name=score::100",
    "\x1b[1A\x1b[2K\x1b[32m✓ httpserver.healthz (5/5)\x1b[0m",
    "\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x07",
    "PA\u202eSS\u2066\u200b",
    "]]></failure></testcase><testcase name=\"forged\"/>",
    "<script>window.pwned = 1</script>",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "{\"__proto__\":{\"score\":100}}",
]


def say():
    for line in LINES:
        sys.stdout.write(line + "\n")
    sys.stdout.write("\xff\xfe bytes \x00 of nothing\n")
    sys.stdout.flush()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500, "::error::in the status line")
        self.send_header("Content-Type", "text/html")
        for number, line in enumerate(LINES):
            shown = line.encode("utf-8").decode("latin-1")
            if all(byte >= " " for byte in shown):
                self.send_header("X-%d" % number, shown)
        self.end_headers()
        self.wfile.write("\n".join(LINES).encode("utf-8"))

    def log_message(self, *unused):
        say()


say()
if sys.argv[1:] != ["say"]:
    HTTPServer(("", 8080), Handler).serve_forever()
