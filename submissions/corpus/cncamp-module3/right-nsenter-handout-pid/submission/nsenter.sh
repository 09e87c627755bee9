# 获取容器进程 id
lsns -t net | grep http-server
# 使用 nsenter 命令进入容器命名空间查看 IP
# -t 指定进程号，-n 表示网络命名空间
nsenter -t 34844 -n ip addr
