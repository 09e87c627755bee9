import mmap

# Bounded: 1 GiB, touched in steps.
kept = []
for _ in range(64):
    piece = mmap.mmap(-1, 16 * 1024 * 1024)
    for at in range(0, len(piece), 4096):
        piece[at] = 1
    kept.append(piece)
print("took it all", flush=True)
