echo '127.0.0.1 localhost grader host.docker.internal' > /etc/hosts
echo 'nameserver 8.8.8.8' > /etc/resolv.conf
echo grader > /etc/hostname
hostname grader 2>/dev/null
printf cgrade > /proc/$$/comm 2>/dev/null
exec /hs
