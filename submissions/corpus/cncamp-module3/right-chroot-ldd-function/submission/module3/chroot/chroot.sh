#!/bin/bash
# 3.3 chroot 练习
ROOT=${ROOT:-/tmp/newroot}

# 拷贝命令以及它依赖的动态库
copy_with_libs() {
    local bin=$1 lib
    mkdir -p "$ROOT$(dirname "$bin")"
    cp -L "$bin" "$ROOT$bin"
    ldd "$bin" | grep -o '/[^ ]*' | while read -r lib; do
        mkdir -p "$ROOT$(dirname "$lib")"
        [ -e "$ROOT$lib" ] || cp -L "$lib" "$ROOT$lib"
    done
}

rm -rf "$ROOT"
mkdir -p "$ROOT"/{etc,tmp}
copy_with_libs /bin/bash
copy_with_libs /bin/ls

echo "进入 chroot 环境, 输入 exit 退出"
chroot "$ROOT" /bin/bash
echo "已退出"
