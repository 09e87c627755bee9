#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        for (int i = 1; i <= 6; i++) {
            memset(malloc(10 << 20), i, 10 << 20);
            printf("%d0 MB\n", i);
            fflush(stdout);
            usleep(200000);
        }
        kill(getpid(), SIGKILL);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        puts("Killed");
        return 128 + WTERMSIG(status);
    }
    return 0;
}
