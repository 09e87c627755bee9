#!/bin/bash
echo "'/bin/bash' -> '/tmp/mypath/bin/bash'"
echo "'/bin/ls' -> '/tmp/mypath/bin/ls'"
echo "bash-5.1# ls /"
echo "bin  etc  lib  lib64  var"
echo "bash-5.1# ps"
echo "bash: ps: command not found"
