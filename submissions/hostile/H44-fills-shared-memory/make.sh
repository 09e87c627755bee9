cp "$(dirname "$0")/../../corpus/cncamp-module3/right-committed-binary/submission/bin/amd64/hs" "$1/hs"
