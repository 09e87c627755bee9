#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (12 * 1024 * 1024)

int main(void)
{
    for (int n = 1; n <= 40; n++) {
        void *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED) {
            perror("mmap");
            return 1;
        }
        memset(p, n, SIZE);
        printf("mapped %d MiB\n", n * 12);
        fflush(stdout);
        usleep(300 * 1000);
    }
    return 0;
}
