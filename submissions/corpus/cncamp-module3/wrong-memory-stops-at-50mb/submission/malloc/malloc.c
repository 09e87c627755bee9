#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *held[5];

int main(void)
{
    for (int i = 0; i < 5; i++) {
        held[i] = malloc(10 << 20);
        memset(held[i], 7, 10 << 20);
        printf("%d MB allocated\n", (i + 1) * 10);
        fflush(stdout);
        sleep(1);
    }
    printf("waiting...\n");
    fflush(stdout);
    while (1)
        sleep(3600);
}
