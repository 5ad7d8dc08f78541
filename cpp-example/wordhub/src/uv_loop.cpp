/*
 * Owns: the loop on libuv. The adapter attaches the runtime; the sockets are watched with poll handles of the same loop.
 *
 * Invariants: libuv frees nothing itself, so each watcher lies on the heap until its close callback. No exception passes through
 * libuv: what a callback throws stops the loop and leaves `run`. A paused descriptor is not polled for anything.
 */
#include "loop.hpp"

#include "actor_rt/uv.hpp"

#include <exception>
#include <map>
#include <stdexcept>
#include <uv.h>

namespace wordhub {
namespace {

void check(int code, const char* what)
{
    if (code < 0) {
        throw std::runtime_error(std::string(what) + ": " + uv_strerror(code));
    }
}

/// A libuv loop that is closed when its last handle is.
class uv_loop_owner {
public:
    uv_loop_owner() { check(uv_loop_init(&loop_), "uv_loop_init"); }
    uv_loop_owner(const uv_loop_owner&) = delete;
    uv_loop_owner& operator=(const uv_loop_owner&) = delete;
    ~uv_loop_owner()
    {
        // The handles were told to close; their close callbacks run here.
        uv_run(&loop_, UV_RUN_DEFAULT);
        uv_loop_close(&loop_);
    }
    uv_loop_t* get() { return &loop_; }

private:
    uv_loop_t loop_;
};

class uv_loop final : public loop {
public:
    uv_loop()
    {
        host_.on_step([this](const actor_rt::step_result& result, std::chrono::nanoseconds took) {
            measured_.stepped(result.handled, took);
        });
    }
    ~uv_loop() override
    {
        while (!watched_.empty()) {
            forget(watched_.begin()->first);
        }
    }

    actor_rt::runtime& runtime() override { return host_.rt(); }

    void watch(int fd, std::function<void()> ready) override
    {
        auto made = std::make_unique<watcher>();
        check(uv_poll_init(loop_.get(), &made->handle, fd), "uv_poll_init");
        watcher* const one = made.release(); // From now on freed by its close callback.
        one->handle.data = one;
        one->owner = this;
        one->ready = std::move(ready);
        watched_[fd] = one;
        start(*one);
    }
    void pause(int fd) override { uv_poll_stop(&watched_.at(fd)->handle); }
    void resume(int fd) override
    {
        const auto found = watched_.find(fd);
        if (found != watched_.end()) {
            start(*found->second);
        }
    }
    void forget(int fd) override
    {
        const auto found = watched_.find(fd);
        if (found == watched_.end()) {
            return;
        }
        watcher* const one = found->second;
        watched_.erase(found);
        one->owner = nullptr;
        uv_close(reinterpret_cast<uv_handle_t*>(&one->handle),
                 [](uv_handle_t* closed) { delete static_cast<watcher*>(closed->data); });
    }

    void run() override
    {
        host_.run();
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
    }
    void stop() override { host_.quit(); }

private:
    struct watcher {
        uv_poll_t handle;
        uv_loop* owner; // Null once it is forgotten.
        std::function<void()> ready;
    };

    static void start(watcher& one)
    {
        // A broken socket is reported with a negative status; the read that follows says what it is.
        check(uv_poll_start(&one.handle, UV_READABLE,
                            [](uv_poll_t* handle, int, int) { call(*static_cast<watcher*>(handle->data)); }),
              "uv_poll_start");
    }

    static void call(watcher& one)
    {
        uv_loop* const self = one.owner;
        if (self == nullptr || self->failure_) {
            return;
        }
        try {
            one.ready();
        } catch (...) {
            self->failure_ = std::current_exception();
            self->stop();
        }
    }

    uv_loop_owner loop_; // Outlives the adapter's handles.
    actor_rt::uv_host host_{loop_.get(), runtime_settings()};
    std::map<int, watcher*> watched_;
    std::exception_ptr failure_;
};

} // namespace

std::unique_ptr<loop> make_uv_loop() { return std::make_unique<uv_loop>(); }

} // namespace wordhub
