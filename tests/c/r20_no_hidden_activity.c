/* R20: no threads, no output, no signal handlers, no environment. */
#include "fake_host.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

static int entries(const char *path)
{
    int count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return -1;
    }
    while (readdir(folder) != NULL) {
        ++count;
    }
    closedir(folder);
    return count;
}

static void use_everything(void)
{
    fake_host host;
    recorder actor = {0};
    host_create(&host);
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now, NULL, 0, NULL), ART_OK);
    host_run(&host);
    CHECK_EQ(art_kill(host.rt, actor.id, -1, NULL, 0), ART_OK);
    host_run(&host);
    host_destroy(&host);
}

int main(void)
{
    int ends[2];
    char byte;
    int threads = entries("/proc/self/task");
    int descriptors = entries("/proc/self/fd");
    struct sigaction before[65], after;
    for (int number = 1; number < 65; number++) {
        if (sigaction(number, NULL, &before[number]) != 0) {
            before[number].sa_handler = SIG_DFL;
        }
    }
    /* What goes to standard output or error goes into a pipe meanwhile. */
    CHECK_EQ(pipe(ends), 0);
    int output = dup(1), error = dup(2);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    close(ends[1]);
    use_everything();
    fflush(NULL);
    int threads_after = entries("/proc/self/task");
    dup2(output, 1);
    dup2(error, 2);
    close(output);
    close(error);
    CHECK_EQ(read(ends[0], &byte, 1), 0);
    close(ends[0]);
    CHECK_EQ(threads_after, threads);
    CHECK_EQ(entries("/proc/self/fd"), descriptors);
    for (int number = 1; number < 65; number++) {
        if (sigaction(number, NULL, &after) == 0) {
            CHECK(after.sa_handler == before[number].sa_handler);
        }
    }
    return finish();
}
