// 每秒 8 MiB, 方便用 top 观察
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP (8 << 20)

struct node { struct node *next; char room[STEP]; };

int main()
{
    struct node *list = NULL;
    int seconds = 0;

    while (1) {
        struct node *n = malloc(sizeof *n);
        if (n == NULL) { puts("no memory"); break; }
        memset(n->room, 'm', sizeof n->room);
        n->next = list;
        list = n;
        printf("%3d s: %d MiB\n", seconds, (seconds + 1) * 8);
        fflush(stdout);
        sleep(1);
        seconds++;
    }
    return list == NULL;
}
