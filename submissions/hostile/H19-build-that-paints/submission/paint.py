"""Paints a success over the failure that is shown above it, then fails."""
import sys

UP, CLEAR = "\x1b[1A", "\x1b[2K"
for _ in range(40):
    print(UP + CLEAR + "\r\x1b[32m✓ httpserver.builds (10/10)\x1b[0m")
print("\x1b[2J\x1b[H\x1bcScore 58 of 58 points (100 %), 8 of 8 checks passed")
print("\x1b]8;;http://example.com/\x07a link that never ends")
print("\u009b2J\u009d0;pwned\u009c ::error::x ##[error]x")
print("::notice title=Autograding complete::Points 100/100")
sys.exit(1)
