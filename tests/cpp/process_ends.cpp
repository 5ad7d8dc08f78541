/*
 * What the library cannot go on from ends the process by a signal; it never goes on as if nothing had happened:
 *   - a C++ exception that leaves a callback which the wrapper did not make. The same program without the exception goes on;
 *   - the destructor of a runtime or of a host inside a handler, which would return into what is gone. In a host call, when the
 *     handler has returned, the host may go.
 *
 * Each case runs in a child that is this very program with the case's name as argument: a fork alone would be refused.
 */
#include "check.hpp"

#include <actor_rt/poll.hpp>

#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {
// The callback that throws in this child; empty for none.
std::string thrower;

void here(const char* callback)
{
    if (thrower == callback) {
        throw std::runtime_error("bypasses the wrapper");
    }
}

art_status on_create(art_context*, void* argument, void** state)
{
    here("create");
    *state = argument;
    return ART_OK;
}

uint64_t on_host_call(art_runtime*, void*)
{
    here("host call");
    return 0;
}

art_status on_message(void*, art_context* context, const art_msg* message)
{
    here("on_message");
    return message->tag == art_tag("test") ? art_context_host_call(context, on_host_call, nullptr, nullptr, 0) : ART_OK;
}

void on_stop(void*, art_context*, const art_stop_cause*) { here("on_stop"); }
void on_destroy(void*) { here("destroy"); }
void on_notify(void*, art_actor, const art_stop_cause*) { here("notify"); }
void on_drop(void*, size_t, void*, uint32_t) { here("drop"); }
void on_wake(void*, uint32_t) { here("wake"); }

uint64_t on_clock(void*)
{
    here("clock");
    return 1;
}

// The child: calls every callback once.
int run(const char* callback)
{
    thrower = callback;
    art_config config = ART_CONFIG_INIT;
    config.wake = on_wake;
    config.clock = on_clock;
    art_runtime* rt = nullptr;
    CHECK(art_create(&config, &rt, nullptr, 0) == ART_OK);

    art_actor_vtable table = ART_ACTOR_VTABLE_INIT;
    table.create = on_create;
    table.on_message = on_message;
    table.on_stop = on_stop;
    table.destroy = on_destroy;
    art_actor_config how = ART_ACTOR_CONFIG_INIT;
    how.vtable = &table;
    how.notify = on_notify;
    art_actor actor = 0;
    CHECK(art_spawn(rt, &how, &actor) == ART_OK);
    int payload = 0;
    CHECK(art_post_owned(rt, actor, art_tag("test"), &payload, sizeof payload, on_drop, nullptr) == ART_OK);
    CHECK(art_step(rt, ART_NOW, nullptr, nullptr) == ART_OK);
    CHECK(art_run_host_calls(rt, 1, nullptr) == ART_OK);
    CHECK(art_stop(rt, actor, 0) == ART_OK);
    CHECK(art_step(rt, ART_NOW, nullptr, nullptr) == ART_OK);
    CHECK(art_destroy(rt) == ART_OK);
    return 0;
}

struct item {
    static constexpr std::string_view tag_name = "test.item";
};

// Destroys what owns it, in its handler or in a host call.
struct destroyer : actor_rt::actor<destroyer, item> {
    std::function<void()> destroy;
    bool in_host_call;
    destroyer(std::function<void()> how, bool later) : destroy(std::move(how)), in_host_call(later) {}
    void on(actor_rt::context& cx, item)
    {
        if (in_host_call) {
            CHECK(cx.host_call(destroy, [](actor_rt::context&) {}).ok());
        } else {
            destroy();
        }
    }
};

int destroy_runtime()
{
    auto rt = std::make_unique<actor_rt::runtime>();
    CHECK(rt->post(rt->spawn<destroyer>([&] { rt.reset(); }, false), item{}).ok());
    (void)rt->step();
    return 0;
}

int destroy_host(bool in_host_call)
{
    auto host = std::make_unique<actor_rt::poll_host>();
    CHECK(host->rt().post(host->rt().spawn<destroyer>([&] { host.reset(); }, in_host_call), item{}).ok());
    host->run();
    CHECK(host == nullptr);
    return 0;
}

// Before the case: no core file, and nobody in between who makes an exit of a signal or prints what is expected.
[[noreturn]] void become(char* program, char* callback)
{
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    setenv("ASAN_OPTIONS", "handle_abort=0:detect_leaks=0", 1);
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    execl(program, program, callback, static_cast<char*>(nullptr));
    std::_Exit(99);
}

// The signal that ended the child, or minus its exit code.
int end_of(char* program, std::string callback)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        become(program, callback.data());
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}
} // namespace

int main(int count, char** arguments)
{
    const std::string which = count == 2 ? arguments[1] : "";
    if (which == "runtime in a handler") {
        return destroy_runtime();
    }
    if (which == "host in a handler" || which == "host in a host call") {
        return destroy_host(which == "host in a host call");
    }
    if (count == 2) {
        return run(arguments[1]);
    }
    CHECK(end_of(arguments[0], "no callback at all") == 0);
    CHECK(end_of(arguments[0], "host in a host call") == 0);
    for (const char* callback : {"create", "on_message", "on_stop", "destroy", "notify", "drop", "wake", "clock", "host call",
                                 "runtime in a handler", "host in a handler"}) {
        std::printf("%s\n", callback);
        std::fflush(stdout);
        CHECK(end_of(arguments[0], callback) == SIGABRT);
    }
    return 0;
}
