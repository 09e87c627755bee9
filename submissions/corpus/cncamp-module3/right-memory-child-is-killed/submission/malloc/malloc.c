/* The parent watches, the child takes the memory: so I can see how it dies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MB (1024 * 1024)

static char *held[200];

static void hog(void)
{
    for (int i = 0; i < 200; i++) {
        held[i] = malloc(5 * MB);
        if (!held[i])
            exit(3);
        memset(held[i], 0xaa, 5 * MB);
        printf("child: %d MB\n", (i + 1) * 5);
        fflush(stdout);
        usleep(200 * 1000);
    }
    exit(0);
}

int main(void)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        hog();
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("parent: child %d died of signal %d\n", child, WTERMSIG(status));
    else
        printf("parent: child exited with %d\n", WEXITSTATUS(status));
    return 0;
}
