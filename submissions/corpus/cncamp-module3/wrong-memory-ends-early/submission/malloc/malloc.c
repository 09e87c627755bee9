#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 6;

    for (int i = 0; i < count; i++) {
        char *block = calloc(1, 10 << 20);
        memset(block, '#', 10 << 20);
        printf("block %d at %p\n", i, (void *)block);
        fflush(stdout);
        usleep(500 * 1000);
    }
    puts("all blocks allocated, bye");
    return 0;
}
