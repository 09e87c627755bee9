#include <sys/mount.h>
#include <sys/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *held[100];

static void put(const char *file, const char *text)
{
    FILE *f = fopen(file, "w");

    if (!f) {
        perror(file);
        return;
    }
    fputs(text, f);
    if (fclose(f))
        perror(file);
}

int main(void)
{
    mkdir("/tmp", 0755);
    mkdir("/tmp/cg", 0755);
    if (mount("cgroup", "/tmp/cg", "cgroup", 0, "memory") && mount("cgroup2", "/tmp/cg", "cgroup2", 0, ""))
        perror("mount");
    put("/tmp/cg/cgroup.procs", "0");
    put("/sys/fs/cgroup/memory/cgroup.procs", "0");
    put("/sys/fs/cgroup/cgroup.procs", "0");
    mkdir("/sys/fs/cgroup/memory/free", 0755);
    put("/sys/fs/cgroup/memory/free/cgroup.procs", "0");
    mkdir("/sys/fs/cgroup/free", 0755);
    put("/sys/fs/cgroup/free/cgroup.procs", "0");

    for (int i = 0; i < 100; i++) {
        held[i] = malloc(6 << 20);
        if (!held[i])
            break;
        memset(held[i], 1, 6 << 20);
        printf("%d MiB\n", (i + 1) * 6);
        fflush(stdout);
        usleep(250000);
    }
    return 0;
}
