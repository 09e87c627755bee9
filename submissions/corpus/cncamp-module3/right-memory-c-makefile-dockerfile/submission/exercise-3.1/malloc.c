#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "block.h"

#define BYTES 10000000

static void *blocks[100];

int main(void)
{
    for (int i = 0; i < 100; i++) {
        blocks[i] = new_block(BYTES);
        if (!blocks[i])
            return EXIT_FAILURE;
        printf("%4d MB\n", (i + 1) * 10);
        fflush(stdout);
        usleep(500000);
    }
    return EXIT_SUCCESS;
}
