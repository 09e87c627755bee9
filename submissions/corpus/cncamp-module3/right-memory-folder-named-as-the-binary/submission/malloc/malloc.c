#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *blocks[1000];

int main(void)
{
    for (int i = 0; i < 1000; i++) {
        blocks[i] = malloc(10 << 20);
        memset(blocks[i], 1, 10 << 20);
        sleep(1);
    }
}
