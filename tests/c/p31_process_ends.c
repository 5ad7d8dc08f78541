/*
 * What ends the process, and by what: a panic of an actor under ART_PANIC_ABORT, a panic while another one unwinds, a stack overflow, memory exhaustion, and a panic in a
 * library that was built with panic = "abort", which says so. Each ends it by a signal, so that nobody takes it for an exit; and the same
 * program without the cause goes on. (A C++ exception that bypasses the wrapper is the business of tests/cpp.)
 *
 * Each case runs in a child that is this very program with the case's name as argument: a fork alone would be refused.
 * Built twice, the second time with PANIC_ABORT over the library that aborts.
 */
#include "check.h"
#include "panics.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the library says by itself. */
typedef struct sayings {
    int lines;
    uint32_t level;
    char text[256];
} sayings;

static void listen(void *user, uint32_t level, const char *text, size_t len)
{
    sayings *heard = user;
    heard->lines++;
    heard->level = level;
    snprintf(heard->text, sizeof heard->text, "%.*s", (int)len, text);
}

/* A library in which every panic ends the process says so with the first runtime, once for each, and whenever it is asked. */
static void check_what_it_says(const sayings *heard)
{
#ifdef PANIC_ABORT
    CHECK_EQ(art_build_flags(), ART_BUILD_PANIC_ABORT);
    CHECK_EQ(heard->lines, 1);
    CHECK_EQ(heard->level, ART_LOG_WARNING);
    CHECK(strstr(heard->text, "panic = \"abort\"") != NULL);
#else
    CHECK_EQ(art_build_flags(), 0);
    CHECK_EQ(heard->lines, 0);
#endif
}

/* The child: an actor breaks as the message says, in a runtime that lets no panic pass if it begins with "abort ". Exits with 0 if that did not end the process and was told as it should. */
static int run(const char *message)
{
    static const char policy[] = "abort ";
    art_config config = ART_CONFIG_INIT;
    art_runtime *rt = NULL;
    panics_record record = {0};
    art_actor id = 0;
    art_step_result result = ART_STEP_RESULT_INIT;
    sayings heard = {0};
    config.log = listen;
    config.log_user = &heard;
    if (strncmp(message, policy, sizeof policy - 1) == 0) {
        message += sizeof policy - 1;
        config.on_panic = ART_PANIC_ABORT;
    }
    CHECK_EQ(art_create(&config, &rt, NULL, 0), ART_OK);
    check_what_it_says(&heard);
    CHECK_EQ(panics_spawn(rt, &record, &id), ART_OK);
    CHECK_EQ(art_post(rt, id, art_tag(message), NULL, 0), ART_OK);
    CHECK_EQ(art_step(rt, ART_NOW, NULL, &result), ART_OK);
    if (strcmp(message, "panics.panic") == 0 || strcmp(message, "panics.fragile_panic") == 0) {
        CHECK_EQ(result.failed, 1);
        CHECK_EQ(record.failed, 1);
    }
    CHECK_EQ(art_destroy(rt), ART_OK);
    return finish();
}

/* Before the case: no core file, a stack that has an end, and nobody in between who makes an exit of a signal. */
static void become(const char *program, const char *message)
{
    const rlim_t enough = 8 << 20;
    struct rlimit none = {0, 0}, stack;
    int nowhere = open("/dev/null", O_WRONLY);
    setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && (stack.rlim_cur == RLIM_INFINITY || stack.rlim_cur > enough)) {
        stack.rlim_cur = enough;
        setrlimit(RLIMIT_STACK, &stack);
    }
    /* The address sanitizer would report the signal or the allocation itself, and exit. */
    setenv("ASAN_OPTIONS", "handle_segv=0:handle_sigbus=0:handle_abort=0:allocator_may_return_null=1:detect_leaks=0", 1);
    /* What the panic has to say is no news to the reader of the test's output. */
    dup2(nowhere, STDERR_FILENO);
    execl(program, program, message, (char *)NULL);
    _exit(99);
}

/* The signal that ended the child, or minus its exit code. */
static int end_of(const char *program, const char *message)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        become(program, message);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        fprintf(stderr, "no child\n");
        exit(1);
    }
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        return run(argv[1]);
    }
    CHECK_EQ(end_of(argv[0], "panics.count"), 0);
#ifdef PANIC_ABORT
    CHECK_EQ(end_of(argv[0], "panics.panic"), SIGABRT);
    CHECK_EQ(end_of(argv[0], "panics.defer"), SIGABRT);
#else
    CHECK_EQ(end_of(argv[0], "panics.panic"), 0);
    CHECK_EQ(end_of(argv[0], "abort panics.panic"), SIGABRT);
    CHECK_EQ(end_of(argv[0], "abort panics.count"), 0);
    /* What the panic carries panics when it is dropped: contained, at the price of a leak, so it is shown here and not in p30. */
    CHECK_EQ(end_of(argv[0], "panics.fragile_panic"), 0);
    CHECK_EQ(end_of(argv[0], "panics.twice"), SIGABRT);
    CHECK_EQ(end_of(argv[0], "panics.memory"), SIGABRT);
    int overflow = end_of(argv[0], "panics.overflow");
    CHECK(overflow == SIGSEGV || overflow == SIGBUS);
#endif
    return finish();
}
