#include "check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

void check_true(bool condition, const char *text, const char *file, int line)
{
    if (!condition) {
        fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
        ++failures;
    }
}

void check_equal(long long seen, long long wanted, const char *text, const char *file, int line)
{
    if (seen != wanted) {
        fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", file, line, text, seen, wanted);
        ++failures;
    }
}

int finish(void)
{
    return failures == 0 ? 0 : 1;
}

void on_other_thread(void *(*work)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, argument) != 0 || pthread_join(thread, NULL) != 0) {
        fprintf(stderr, "no thread\n");
        exit(1);
    }
}

int in_child(int (*work)(void *), void *argument)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(work(argument));
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        fprintf(stderr, "no child\n");
        exit(1);
    }
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}
