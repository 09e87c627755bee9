#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    for (int i = 1; i <= 10; i++) {
        char *p = malloc(5 << 20);
        memset(p, i, 5 << 20);
        printf("%d MB at %p\n", i * 5, (void *)p);
        fflush(stdout);
        usleep(100000);
    }
    fprintf(stderr, "Killed\n");
    return 137;
}
