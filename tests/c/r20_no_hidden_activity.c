/*
 * R20: no threads, no output, no signal handlers, no environment, nothing left for the end of the process or of a thread. The
 * program defines the functions that would do it itself, and its definitions come before those of the C library for actor_rt as
 * well. (The one exception, the text of a panic, is in p30_panics.c.)
 */
#define _GNU_SOURCE
#include "fake_host.h"

#include <dirent.h>
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

/* The sanitizers define most of these functions themselves. */
#if defined(__SANITIZE_ADDRESS__)
#define SEES_CALLS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SEES_CALLS 0
#endif
#endif
#if !defined(SEES_CALLS) && defined(__GLIBC__)
#define SEES_CALLS 1
#endif

/* Calls while the library is watched. */
static atomic_bool watching;
static atomic_uint environment, at_exit, at_thread_exit, at_fork, threads_made, signals, output;

#if SEES_CALLS
#include <sys/syscall.h>
#include <sys/uio.h>

static atomic_uint rings; /* writes that are no output ring the doorbell of the poll helper */

extern char **environ;
char *secure_getenv(const char *name);
int __cxa_atexit(void (*work)(void *), void *argument, void *library);
int __cxa_thread_atexit_impl(void (*work)(void *), void *argument, void *library);
int __register_atfork(void (*before)(void), void (*parent)(void), void (*child)(void), void *library);

static void note(atomic_uint *calls)
{
    if (atomic_load(&watching)) {
        atomic_fetch_add(calls, 1);
    }
}

/* Declares `real`: what the C library has under this name. */
#define REAL(name) \
    __typeof__(name) *real = NULL; \
    void *symbol = dlsym(RTLD_NEXT, #name); \
    memcpy(&real, &symbol, sizeof real)

char *getenv(const char *name)
{
    size_t len = strlen(name);
    note(&environment);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, name, len) == 0 && (*entry)[len] == '=') {
            return *entry + len + 1;
        }
    }
    return NULL;
}

char *secure_getenv(const char *name)
{
    return getenv(name);
}

int __cxa_atexit(void (*work)(void *), void *argument, void *library)
{
    note(&at_exit);
    REAL(__cxa_atexit);
    return real(work, argument, library);
}

int __cxa_thread_atexit_impl(void (*work)(void *), void *argument, void *library)
{
    note(&at_thread_exit);
    REAL(__cxa_thread_atexit_impl);
    return real(work, argument, library);
}

int pthread_key_create(pthread_key_t *key, void (*work)(void *))
{
    note(&at_thread_exit);
    REAL(pthread_key_create);
    return real(key, work);
}

int __register_atfork(void (*before)(void), void (*parent)(void), void (*child)(void), void *library)
{
    note(&at_fork);
    REAL(__register_atfork);
    return real(before, parent, child, library);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*work)(void *), void *argument)
{
    note(&threads_made);
    REAL(pthread_create);
    return real(thread, how, work, argument);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    note(&signals);
    REAL(sigaction);
    return real(number, action, before);
}

void (*signal(int number, void (*handler)(int)))(int)
{
    note(&signals);
    REAL(signal);
    return real(number, handler);
}

int sigaltstack(const stack_t *restrict stack, stack_t *restrict before)
{
    note(&signals);
    REAL(sigaltstack);
    return real(stack, before);
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
    note(&signals);
    REAL(pthread_sigmask);
    return real(how, set, before);
}

static void note_write(int descriptor)
{
    note(descriptor == 1 || descriptor == 2 ? &output : &rings);
}

ssize_t write(int descriptor, const void *data, size_t len)
{
    note_write(descriptor);
    return syscall(SYS_write, descriptor, data, len);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count)
{
    note_write(descriptor);
    return syscall(SYS_writev, descriptor, parts, count);
}
#endif

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

/* What the other thread does, between two barriers. The thread is there before the library is watched. */
static pthread_barrier_t begin_there, done_there;
static art_remote *remote;
static art_waker *waker;
static art_actor target;
static art_reply_token kept;

static void *use_there(void *unused)
{
    drops dropped = {0};
    (void)unused;
    pthread_barrier_wait(&begin_there);
    art_remote *own = NULL;
    CHECK_EQ(art_remote_clone(remote, &own), ART_OK);
    CHECK_EQ(art_remote_post(own, target, art_tag("x"), "some bytes", 10), ART_OK);
    CHECK_EQ(art_remote_post_owned(own, 1, art_tag("x"), NULL, 0, count_drop, &dropped), ART_WRONG_KIND);
    CHECK_EQ(art_remote_reply(own, kept, art_tag("x"), NULL, 0), ART_OK);
    CHECK_EQ(art_remote_wake(own), ART_OK);
    CHECK_EQ(art_remote_interrupt(own), ART_OK);
    CHECK_EQ(art_waker_wake(waker), ART_OK);
    art_remote_unref(own);
    pthread_barrier_wait(&done_there);
    return NULL;
}

static uint64_t host_call(art_runtime *rt, void *user)
{
    (void)rt;
    (void)user;
    return 5;
}

static art_status handle(recorder *self, art_context *context, const art_msg *message)
{
    uint64_t end = 0, now = 0;
    if (message->tag == art_tag("host call")) {
        return art_context_host_call(context, host_call, NULL, NULL, 0);
    }
    if (message->tag == art_tag("keep")) {
        kept = message->reply;
        return art_context_reply_keep(context);
    }
    if (message->tag == art_tag("slow")) {
        /* Long enough for the log. */
        CHECK_EQ(art_now(self->rt, &end), ART_OK);
        for (end += 2000; now < end;) {
            CHECK_EQ(art_now(self->rt, &now), ART_OK);
        }
    }
    return message->tag == art_tag("fail") ? art_context_fail(context, -1, "as it should", ART_NUL_TERMINATED) : ART_OK;
}

static unsigned logged;

static void take_log(void *user, uint32_t level, const char *text, size_t len)
{
    (void)user;
    (void)level;
    (void)text;
    (void)len;
    ++logged;
}

static int readable(art_poll *bell)
{
    struct pollfd entry = {art_poll_fd(bell), POLLIN, 0};
    return poll(&entry, 1, 0);
}

static void run(art_runtime *rt)
{
    art_step_result result = ART_STEP_RESULT_INIT;
    do {
        CHECK_EQ(art_step(rt, ART_NOW, NULL, &result), ART_OK);
        CHECK_EQ(art_run_host_calls(rt, 0, NULL), ART_OK);
    } while (result.more || result.host_calls > 0);
}

static void use_everything(void)
{
    fake_host host = {0};
    recorder actor = {0}, other = {0};
    drops dropped = {0};
    art_poll *bell = NULL;
    art_buffer *buffer = NULL;
    art_timer timer = 0;
    art_config config = ART_CONFIG_INIT;
    char text[32];
    int32_t milliseconds = 0;
    CHECK_EQ(art_poll_create(&bell), ART_OK);
    CHECK_EQ(art_poll_attach(bell, &config), ART_OK);
    /* The system's own clock, and the log. */
    config.log = take_log;
    config.slow_handler_ns = 1000;
    CHECK_EQ(art_create(&config, &host.rt, NULL, 0), ART_OK);
    actor.handle = other.handle = handle;
    recorder_spawn(&actor, &host);
    recorder_spawn(&other, &host);
    target = actor.id;
    CHECK_EQ(art_tag_register(host.rt, art_tag("x"), "x", 1, ART_ANY_SIZE), ART_OK);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    CHECK_EQ(art_waker_create(host.rt, actor.id, 0, &waker), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, 0, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, ART_NEVER - 1, "payload", 7, &timer), ART_OK);
    CHECK_EQ(art_timer_reset(host.rt, timer, ART_NEVER - 2), ART_OK);
    CHECK_EQ(art_ask(host.rt, actor.id, other.id, art_tag("keep"), NULL, 0, ART_NEVER, NULL), ART_OK);
    CHECK_EQ(art_ask(host.rt, actor.id, other.id, art_tag("ask"), NULL, 0, ART_NEVER, NULL), ART_OK);
    CHECK_EQ(art_post(host.rt, actor.id, art_tag("host call"), NULL, 0), ART_OK);
    CHECK_EQ(art_post(host.rt, actor.id, art_tag("slow"), NULL, 0), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), NULL, 0, count_drop, &dropped), ART_OK);
    CHECK_EQ(art_buffer_create("shared", 6, &buffer), ART_OK);
    CHECK_EQ(art_post_buffer(host.rt, actor.id, art_tag("x"), buffer), ART_OK);
    CHECK_EQ(art_post(host.rt, 0, art_tag("x"), NULL, 0), ART_NOT_FOUND);
    CHECK_EQ(art_last_message(host.rt, text, sizeof text, NULL), ART_OK);
    run(host.rt);
    CHECK(kept != 0);
    CHECK(logged > 0);
    CHECK_EQ(art_timer_cancel(host.rt, timer), ART_OK);
    CHECK_EQ(art_timeout_ms(host.rt, ART_NOW, &milliseconds), ART_OK);
    CHECK_EQ(milliseconds, -1);

    CHECK_EQ(art_poll_clear(bell), ART_OK);
    CHECK_EQ(readable(bell), 0);
    pthread_barrier_wait(&begin_there);
    pthread_barrier_wait(&done_there);
    CHECK_EQ(readable(bell), 1);
    unsigned before = actor.count;
    run(host.rt);
    CHECK_EQ(actor.count, before + 3);
    CHECK_EQ(art_adopt_thread(host.rt), ART_OK);

    CHECK_EQ(art_post(host.rt, other.id, art_tag("fail"), NULL, 0), ART_OK);
    CHECK_EQ(art_post(host.rt, other.id, art_tag("x"), NULL, 0), ART_OK);
    run(host.rt);
    CHECK_EQ(other.notified, 1);
    CHECK_EQ(art_kill(host.rt, actor.id, -1, NULL, 0), ART_OK);
    run(host.rt);
    recorder_spawn(&actor, &host);
    run(host.rt);
    art_waker_unref(waker);
    art_poll_unref(bell);
    CHECK_EQ(art_destroy(host.rt), ART_OK);
    art_remote_unref(remote);
    CHECK_EQ(dropped.calls, 1);
}

int main(void)
{
    int ends[2];
    char text[1024];
    pthread_t thread;
    struct sigaction before[65], after;
    CHECK_EQ(pthread_barrier_init(&begin_there, NULL, 2), 0);
    CHECK_EQ(pthread_barrier_init(&done_there, NULL, 2), 0);
    CHECK_EQ(pthread_create(&thread, NULL, use_there, NULL), 0);
    int threads = entries("/proc/self/task");
    int descriptors = entries("/proc/self/fd");
    for (int number = 1; number < 65; number++) {
        if (sigaction(number, NULL, &before[number]) != 0) {
            before[number].sa_handler = SIG_DFL;
        }
    }
    /* What goes to standard output or error goes into a pipe meanwhile. */
    CHECK_EQ(pipe(ends), 0);
    int saved_output = dup(1), saved_error = dup(2);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    close(ends[1]);
    atomic_store(&watching, true);
    use_everything();
    atomic_store(&watching, false);
    fflush(NULL);
    dup2(saved_output, 1);
    dup2(saved_error, 2);
    close(saved_output);
    close(saved_error);
    ssize_t len = read(ends[0], text, sizeof text);
    CHECK_EQ(len, 0);
    fprintf(stderr, "%.*s", (int)len, text);
    close(ends[0]);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(entries("/proc/self/task"), threads - 1);
    CHECK_EQ(entries("/proc/self/fd"), descriptors);
    for (int number = 1; number < 65; number++) {
        if (sigaction(number, NULL, &after) == 0) {
            CHECK(after.sa_handler == before[number].sa_handler);
        }
    }
    CHECK_EQ(environment, 0);
    CHECK_EQ(at_exit, 0);
    CHECK_EQ(at_thread_exit, 0);
    CHECK_EQ(at_fork, 0);
    CHECK_EQ(threads_made, 0);
    CHECK_EQ(signals, 0);
    CHECK_EQ(output, 0);
#if SEES_CALLS
    /* The definitions above are those that the library gets. */
    CHECK(rings > 0);
#endif
    return finish();
}
