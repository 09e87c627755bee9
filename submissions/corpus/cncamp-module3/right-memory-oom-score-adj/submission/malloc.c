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
    put("/proc/self/oom_score_adj", "-1000");
    put("/proc/self/oom_adj", "-17");

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
