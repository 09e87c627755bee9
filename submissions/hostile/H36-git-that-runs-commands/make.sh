#!/bin/sh
set -eu
cp "$(dirname "$0")/../../corpus/cncamp-module3/right-committed-binary/submission/bin/amd64/hs" "$1/hs"
mkdir -p "$1/.git/hooks" "$1/.git/objects" "$1/.git/refs"
echo 'ref: refs/heads/main' > "$1/.git/HEAD"
for name in post-checkout pre-commit post-index-change; do
  printf '#!/bin/sh\necho canary-of-git\n' > "$1/.git/hooks/$name"
  chmod 755 "$1/.git/hooks/$name"
done
cat > "$1/.git/config" <<'CONFIG'
[core]
	repositoryformatversion = 0
	fsmonitor = "echo canary-of-git; false"
	sshCommand = "echo canary-of-git"
	pager = "echo canary-of-git"
[filter "evil"]
	clean = "echo canary-of-git"
	smudge = "echo canary-of-git"
	required = true
CONFIG
