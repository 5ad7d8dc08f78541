/*
 * Owns: `task`, what a handler returns that is a coroutine; and `async_context`, what it has instead of a context. Needs
 * C++20.
 *
 *     actor_rt::task<double> on(actor_rt::async_context cx, get_average)
 *     {
 *         auto first = co_await cx.ask(left, get{}, 50ms);
 *         auto other = co_await cx.ask(right, get{}, 50ms);
 *         co_return first && other ? (*first + *other) / 2.0 : 0.0;      // the answer, if it was an ask
 *     }
 *
 * While a coroutine waits, its actor handles other messages: what it knew of the actor's state before `co_await` may not
 * hold after it. A coroutine ends with the actor's incarnation, wherever it is: its locals are destroyed, and nothing of it
 * runs afterwards. What it throws fails the actor, as in any handler.
 *
 * Invariants: a frame is owned by what it waits for, which the actor's cell owns; so none is leaked and none outlives the
 * object. Each resumption is inside a turn of the actor.
 */
#ifndef ACTOR_RT_COROUTINE_HPP
#define ACTOR_RT_COROUTINE_HPP

#include "../actor_rt.hpp"

#if !defined(__cpp_impl_coroutine)
#error "actor_rt/coroutine.hpp needs coroutines: compile as C++20"
#endif

#include <coroutine>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// Owns a coroutine that waits.
class waiting {
public:
    explicit waiting(std::coroutine_handle<> frame) noexcept : frame_(frame) {}
    waiting(waiting&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    waiting& operator=(waiting&&) = delete;
    ~waiting()
    {
        if (frame_) {
            frame_.destroy();
        }
    }

    /// Goes on until it waits again or has ended. From here on the frame is owned by what it waits for, or by itself.
    void resume()
    {
        const std::coroutine_handle<> frame = std::exchange(frame_, nullptr);
#ifndef ACTOR_RT_NO_EXCEPTIONS
        try {
            frame.resume();
        } catch (...) {
            frame.destroy(); // It is at its end, and does not destroy itself after a throw.
            throw;
        }
#else
        frame.resume();
#endif
    }

private:
    std::coroutine_handle<> frame_;
};

/// Owns the frame of a coroutine in the place of what it waits for, from the moment at which that is under way: until then the
/// frame runs and owns itself. Moves as a callback does.
template <class Awaiter>
class resumer {
public:
    resumer(Awaiter* slot, std::coroutine_handle<> frame) noexcept : slot_(slot), frame_(frame) {}
    resumer(resumer&& other) noexcept : slot_(other.slot_), frame_(std::exchange(other.frame_, nullptr)) {}
    resumer& operator=(resumer&&) = delete;
    ~resumer()
    {
        if (frame_ && slot_->under_way) {
            frame_.destroy();
        }
    }

    template <class Got>
    void operator()(context&, Got got)
    {
        slot_->got.emplace(std::move(got));
        waiting(std::exchange(frame_, nullptr)).resume();
    }

private:
    Awaiter* slot_;
    std::coroutine_handle<> frame_;
};

template <class Got, class Send>
struct answer_awaiter {
    cell_base* cell;
    Send send;
    Got refused;
    bool under_way = false;
    std::optional<Got> got;

    answer_awaiter(cell_base* home, Send how, Got otherwise) : cell(home), send(std::move(how)), refused(std::move(otherwise)) {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> frame)
    {
        under_way = send(*cell->current, resumer<answer_awaiter>(this, frame)).ok();
        return under_way;
    }
    Got await_resume() { return std::move(got ? *got : refused); }
};

struct sleeper final : wakeup {
    std::optional<waiting> frame; // Once its timer is armed.
    void come(context&, const art_msg&) override { frame->resume(); }
};

struct sleep_awaiter {
    cell_base* cell;
    std::uint64_t delay;
    bool under_way = false;

    sleep_awaiter(cell_base* home, std::uint64_t ns) noexcept : cell(home), delay(ns) {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> frame)
    {
        auto made = std::make_unique<sleeper>();
        sleeper& one = *made;
        cell->wakeups.prepare(std::move(made));
        const std::uint64_t number = ++cell->last_wakeup;
        under_way = cell->current->arm_wakeup(number, delay).ok();
        if (under_way) {
            one.frame.emplace(frame);
        }
        cell->wakeups.commit(under_way ? number : 0);
        return under_way;
    }
    bool await_resume() const noexcept { return under_way; }
};

/// What promises of all results share.
struct promise_base {
    std::suspend_always initial_suspend() noexcept { return {}; }
    // A frame that has come to its end destroys itself.
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception()
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        throw;
#else
        std::abort();
#endif
    }
};

template <class Value>
struct promise_of : promise_base {
    reply<Value> to;

    template <class Given = Value>
    void return_value(Given&& value)
    {
        if (to) {
            (void)to.send(std::forward<Given>(value));
        }
    }
};

template <>
struct promise_of<void> : promise_base {
    void return_void() noexcept {}
};
} // namespace detail

/// A handler that is a coroutine returns this; the wrapper runs it. What it returns with `co_return` answers the ask.
template <class Value = void>
class [[nodiscard]] task {
public:
    using value_type = Value;

    struct promise_type : detail::promise_of<Value> {
        task get_return_object() noexcept { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    };

    task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task()
    {
        if (frame_) {
            frame_.destroy();
        }
    }

    /// For the wrapper: begins it inside a turn of its actor.
    void launch(context& cx, bool asked)
    {
        if constexpr (!std::is_void_v<Value>) {
            if (asked) {
                frame_.promise().to = cx.keep_reply<Value>();
            }
        } else {
            (void)cx;
            (void)asked;
        }
        detail::waiting(std::exchange(frame_, nullptr)).resume();
    }

private:
    explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

    std::coroutine_handle<promise_type> frame_;
};

/// What a coroutine has instead of a `context`: a way to the context of the turn in which it runs. Copyable.
class async_context {
public:
    async_context(context& cx) noexcept : cell_(cx.cell_) {}

    /// The context of this turn. A reference to it is not to be kept over a `co_await`.
    context& operator*() const noexcept { return *cell_->current; }
    context* operator->() const noexcept { return cell_->current; }

    /// Asks, to be awaited at once: gives an `answer<Reply>`. As `context::ask` otherwise.
    template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period>
    auto ask(actor_ref<Actor> to, Message value, std::chrono::duration<Rep, Period> deadline) const
    {
        const auto send = [to, value = std::move(value), deadline](context& cx, auto resumer) {
            return cx.ask<Reply>(to, value, deadline, std::move(resumer));
        };
        using got = answer<detail::chosen_reply<Reply, Message>>;
        return detail::answer_awaiter<got, decltype(send)>(cell_, std::move(send), got(outcome::refused));
    }

    /// Waits, to be awaited at once: gives false, without a wait, if the timer was refused.
    template <class Rep, class Period>
    auto sleep(std::chrono::duration<Rep, Period> delay) const noexcept
    {
        return detail::sleep_awaiter(cell_, detail::delay_ns(delay));
    }

private:
    friend struct detail::asking;
    detail::cell_base* cell_;
};

namespace detail {
/// Whether what a coroutine takes besides the object whose member it is outlives its first wait.
template <class Object, class... Arguments>
inline constexpr bool lasts = (!std::is_reference_v<Arguments> && ...);
} // namespace detail

ACTOR_RT_END_NAMESPACE

namespace std {
template <class Value, class Object, class... Arguments>
struct coroutine_traits<actor_rt::task<Value>, Object, Arguments...> {
    static_assert(actor_rt::detail::lasts<Object, Arguments...>,
                  "a coroutine takes its async_context and its message by value: what a reference refers to is gone after the first co_await");
    using promise_type = typename actor_rt::task<Value>::promise_type;
};
} // namespace std

#endif // ACTOR_RT_COROUTINE_HPP
