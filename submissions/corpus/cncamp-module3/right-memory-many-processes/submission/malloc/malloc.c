#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 16
#define MIB (1024 * 1024)

static char *mine[10];

static void work(void)
{
    for (int i = 0; i < 10; i++) {
        mine[i] = malloc(MIB);
        if (!mine[i])
            _exit(1);
        memset(mine[i], i + 1, MIB);
        usleep(150000);
    }
    sleep(20);
    _exit(0);
}

int main(void)
{
    int status;

    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0)
            work();
    printf("%d workers started\n", WORKERS);
    fflush(stdout);
    for (pid_t pid; (pid = wait(&status)) > 0;) {
        if (WIFSIGNALED(status))
            printf("worker %d: signal %d\n", pid, WTERMSIG(status));
        else
            printf("worker %d: exit %d\n", pid, WEXITSTATUS(status));
        fflush(stdout);
    }
    return 0;
}
