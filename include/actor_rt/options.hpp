/*
 * Owns: what the host gives to a runtime and gets back from it: `options`, `budget`, `step_result`, `pending_info`; and
 * `stop_cause`, why an actor ended.
 */
#ifndef ACTOR_RT_OPTIONS_HPP
#define ACTOR_RT_OPTIONS_HPP

#include "error.hpp"
#include "kept.hpp"
#include "message.hpp"
#include "time.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// How grave a line of the log is.
enum class log_level : std::uint32_t { error = ART_LOG_ERROR, warning = ART_LOG_WARNING, info = ART_LOG_INFO };

/// What a panic of a Rust actor leads to besides its failure; `shutdown`: see `step_result::shutdown`.
enum class panic_policy : std::uint32_t {
    fail_actor = ART_PANIC_FAIL_ACTOR,
    shutdown = ART_PANIC_SHUTDOWN,
    abort = ART_PANIC_ABORT,
};

/// How a runtime is made; the defaults are good for a loop that only polls. Move-only, used up by making one runtime.
/// The callables given here must not throw.
class options {
public:
    options() noexcept = default;
    options(options&& other) noexcept
        : raw_(std::exchange(other.raw_, art_config ART_CONFIG_INIT)),
          clock_(std::move(other.clock_)),
          log_(std::move(other.log_))
    {
    }
    options& operator=(options&& other) noexcept
    {
        if (this != &other) {
            drop_wake();
            raw_ = std::exchange(other.raw_, art_config ART_CONFIG_INIT);
            clock_ = std::move(other.clock_);
            log_ = std::move(other.log_);
        }
        return *this;
    }
    ~options() { drop_wake(); }

    /// What arranges a step soon: `void(std::uint32_t flags)`, called on any thread, at most once between two steps. It
    /// must not call the runtime.
    template <class Wake>
    options& wake(Wake callable)
    {
        return wake([](void* user, std::uint32_t flags) { (*static_cast<Wake*>(user))(flags); }, new Wake(std::move(callable)),
                    [](void* user) { delete static_cast<Wake*>(user); });
    }
    /// The same as C functions; `drop(user)` is called exactly once.
    options& wake(art_wake_fn call, void* user, art_release_fn drop) noexcept
    {
        drop_wake();
        raw_.wake = call;
        raw_.wake_user = user;
        raw_.wake_drop = drop;
        return *this;
    }

    /// The clock of `runtime::now` and of the time budget: `std::chrono::nanoseconds()`, monotonic.
    template <class Clock>
    options& clock(Clock callable)
    {
        clock_ = detail::keep(std::move(callable));
        raw_.clock = [](void* user) { return static_cast<std::uint64_t>(detail::kept_in<Clock>(user)().count()); };
        raw_.clock_user = clock_.get();
        return *this;
    }

    /// What takes the lines that are nobody's return value: `void(log_level, std::string_view)`.
    template <class Log>
    options& log(Log callable)
    {
        log_ = detail::keep(std::move(callable));
        raw_.log = [](void* user, std::uint32_t level, const char* text, std::size_t size) {
            detail::kept_in<Log>(user)(static_cast<log_level>(level), std::string_view(text, size));
        };
        raw_.log_user = log_.get();
        return *this;
    }

    /// The budget of a step that names none; zero keeps the library's, 1024 messages and 2 ms.
    options& default_budget(std::uint32_t max_messages, std::chrono::nanoseconds max_time) noexcept
    {
        raw_.default_max_messages = max_messages;
        raw_.default_max_ns = detail::delay_ns(max_time);
        return *this;
    }
    /// A handler that runs longer is logged; zero for never.
    options& slow_handler(std::chrono::nanoseconds limit) noexcept
    {
        raw_.slow_handler_ns = detail::delay_ns(limit);
        return *this;
    }
    /// The number of this runtime in the ids it gives out, 1 to 255, for ids that repeat from run to run.
    options& instance(std::uint32_t number) noexcept
    {
        raw_.instance = number;
        return *this;
    }

    /// What a panic of a Rust actor leads to. An exception of a C++ actor is not meant: it leaves `step`.
    options& on_panic(panic_policy policy) noexcept
    {
        raw_.on_panic = static_cast<std::uint32_t>(policy);
        return *this;
    }

    /// The C struct, for what has no setter here.
    art_config& raw() noexcept { return raw_; }

private:
    friend class runtime;

    void drop_wake() noexcept
    {
        if (raw_.wake_drop != nullptr) {
            raw_.wake_drop(raw_.wake_user);
        }
        raw_.wake = nullptr;
        raw_.wake_user = nullptr;
        raw_.wake_drop = nullptr;
    }

    art_config raw_ = ART_CONFIG_INIT;
    detail::owned clock_;
    detail::owned log_;
};

/// How much one step may do; zero takes the runtime's default. A step runs at least one message if any is ready.
struct budget {
    std::uint32_t max_messages = 0;
    std::chrono::nanoseconds max_time = std::chrono::nanoseconds::zero();
    /// One idle message may run, before anything else; say so when the host itself has nothing to do.
    bool idle = false;
};

/// A budget without limits: the step ends when nothing is ready.
inline constexpr budget unlimited = {UINT32_MAX, std::chrono::nanoseconds::max(), false};

/// What a step did and what it leaves to the host.
struct step_result {
    /// The host owes a step, and `wake` will not be called for it.
    bool more = false;
    /// Idle messages wait for a step with `budget::idle`.
    bool idle = false;
    /// Host calls that wait for `run_host_calls`.
    std::uint32_t host_calls = 0;
    /// Messages handled in this step.
    std::uint64_t handled = 0;
    /// Actors that failed in this step.
    std::uint64_t failed = 0;
    /// The earliest deadline; `never` if there is none.
    time_point next_deadline = never;
    /// The number of this step, from 1.
    std::uint64_t step = 0;
    /// Somebody has asked the program to end, see art_step_result; it stays so.
    bool shutdown = false;
};

/// How much waits in a runtime, see art_pending_info.
using pending_info = art_pending_info;

/// How an actor came to its end.
enum class stop_kind : std::uint32_t {
    stopped = ART_STOP_STOPPED,
    failed = ART_STOP_FAILED,
    killed = ART_STOP_KILLED,
    dropped = ART_STOP_DROPPED,
    lost = ART_STOP_LOST,
    no_actor = ART_STOP_NO_ACTOR, ///< told to a monitor: there was none when it was asked for
};

/// Why an actor ended. A view: valid during the call that it was given to.
class stop_cause {
public:
    explicit stop_cause(const art_stop_cause& raw) noexcept : raw_(&raw) {}

    stop_kind kind() const noexcept { return static_cast<stop_kind>(raw_->kind); }
    /// The exit reason: the status it failed with or was stopped with.
    status reason() const noexcept { return status(raw_->reason); }
    /// The text that goes with the reason, such as the `what()` of the exception; empty if there is none.
    std::string_view text() const noexcept
    {
        return raw_->text == nullptr ? std::string_view() : std::string_view(raw_->text, raw_->text_len);
    }
    /// The C struct.
    const art_stop_cause& raw() const noexcept { return *raw_; }

private:
    const art_stop_cause* raw_;
};

namespace detail {
inline art_budget to_c(const budget& limits) noexcept
{
    art_budget raw = ART_BUDGET_INIT;
    raw.flags = limits.idle ? static_cast<std::uint32_t>(ART_STEP_IDLE) : 0;
    raw.max_messages = limits.max_messages;
    raw.max_ns = limits.max_time == std::chrono::nanoseconds::max() ? UINT64_MAX : delay_ns(limits.max_time);
    return raw;
}

inline step_result from_c(const art_step_result& raw) noexcept
{
    step_result result;
    result.more = raw.more != 0;
    result.idle = raw.idle != 0;
    result.host_calls = raw.host_calls;
    result.handled = raw.handled;
    result.failed = raw.failed;
    result.next_deadline = to_point(raw.next_deadline_ns);
    result.step = raw.step;
    result.shutdown = raw.shutdown != 0;
    return result;
}
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_OPTIONS_HPP
