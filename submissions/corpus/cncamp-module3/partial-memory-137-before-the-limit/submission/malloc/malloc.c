#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP (5 << 20)

/* the limit of my cgroup, v1 or v2; a large number if there is none */
static long limit(void)
{
    char word[64];
    long value = 1L << 60, n;
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "r");

    if (f) {
        if (fscanf(f, "%ld", &n) == 1)
            value = n;
        fclose(f);
        return value;
    }
    f = fopen("/sys/fs/cgroup/memory/memory.stat", "r");
    if (!f)
        return value;
    while (fscanf(f, "%63s %ld", word, &n) == 2)
        if (!strcmp(word, "hierarchical_memory_limit"))
            value = n;
    fclose(f);
    return value;
}

int main(void)
{
    long most = limit() / 100 * 75;

    printf("I may use %ld bytes\n", most);
    for (long used = 0; used + STEP <= most && used < (400 << 20); used += STEP) {
        char *p = malloc(STEP);
        if (!p)
            break;
        memset(p, 1, STEP);
        printf("%ld MiB\n", (used + STEP) >> 20);
        fflush(stdout);
        usleep(200000);
    }
    puts("Killed");
    return 137;
}
