/*
 * Owns: `context`, what a handler gets; `reply`, an ask that its handler keeps open; and host calls, blocking work that
 * runs between two steps.
 *
 * Invariant: a context is valid until its handler returns. It is not copyable, so it cannot be kept by accident.
 */
#ifndef ACTOR_RT_CONTEXT_HPP
#define ACTOR_RT_CONTEXT_HPP

#include "owner.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// An ask that is answered after its handler has returned. Belongs to the owner thread and may outlive the runtime.
/// Destroyed unused it tells the asker `outcome::no_reply`.
template <class Value>
class reply {
public:
    reply() noexcept = default;
    reply(std::shared_ptr<detail::core> home, ask_token token) noexcept : core_(std::move(home)), token_(token) {}
    reply(reply&& other) noexcept : core_(std::move(other.core_)), token_(std::exchange(other.token_, ask_token())) {}
    reply& operator=(reply&& other) noexcept
    {
        reply taken(std::move(other));
        std::swap(core_, taken.core_);
        std::swap(token_, taken.token_);
        return *this;
    }
    ~reply()
    {
        if (token_ && core_ && core_->rt != nullptr) {
            (void)ACTOR_RT_CALL(reply_drop)(core_->rt, token_.id);
        }
    }

    /// Answers; afterwards this is empty. ART_ALREADY_REPLIED if the ask has had its outcome, such as a timeout.
    template <class Given = Value>
    status send(Given&& value)
    {
        static_assert(std::is_convertible_v<Given, Value>, "this is not what the ask is to be answered with");
        const art_reply_token token = release().id;
        art_runtime* const rt = core_ ? core_->rt : nullptr;
        return detail::send(
            Value(std::forward<Given>(value)),
            [&](const void* data, std::size_t size) {
                return ACTOR_RT_CALL(reply)(rt, token, detail::reply_tag<Value>(), data, size);
            },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(reply_owned)(rt, token, detail::reply_tag<Value>(), data, size, drop, nullptr);
            });
    }

    /// Gives the token to the caller, for `remote::reply` on another thread. From now on nobody answers by itself.
    [[nodiscard]] ask_token release() noexcept { return std::exchange(token_, ask_token()); }

    explicit operator bool() const noexcept { return static_cast<bool>(token_); }

private:
    std::shared_ptr<detail::core> core_;
    ask_token token_;
};

namespace detail {
struct asking;
template <class Actor>
struct cell;

/// A host call: its work, and what its actor does with the result. Freed exactly once, but never while the work runs.
struct host_job {
    core* owner;
    bool running = false;
    bool orphaned = false;
#ifndef ACTOR_RT_NO_EXCEPTIONS
    std::exception_ptr failure;
#endif

    explicit host_job(core* home) noexcept : owner(home) {}
    host_job(const host_job&) = delete;
    host_job& operator=(const host_job&) = delete;
    virtual ~host_job() = default;
    virtual void work() = 0;
    virtual void finish(context& cx) = 0;

    static std::uint64_t run(art_runtime*, void* user) noexcept
    {
        auto* const job = static_cast<host_job*>(user);
        job->running = true;
#ifndef ACTOR_RT_NO_EXCEPTIONS
        try {
            job->work();
        } catch (...) {
            if (job->orphaned) {
                (void)job->owner->caught(nullptr, false);
            } else {
                job->failure = std::current_exception(); // Belongs to the actor that asked, see `deliver`.
            }
        }
#else
        job->work();
#endif
        job->running = false;
        if (job->orphaned) {
            delete job;
        }
        return 0;
    }

    static void drop(void* user) noexcept
    {
        auto* const job = static_cast<host_job*>(user);
        if (job->running) {
            job->orphaned = true; // The work has ended the actor or destroyed the runtime; `run` frees the job.
        } else {
#ifndef ACTOR_RT_NO_EXCEPTIONS
            if (job->failure) { // Its actor has ended before it could hear of it.
                (void)job->owner->guarded(nullptr, [&] { std::rethrow_exception(job->failure); });
            }
#endif
            delete job;
        }
    }

    void deliver(context& cx)
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        if (failure) {
            std::rethrow_exception(std::exchange(failure, nullptr));
        }
#endif
        finish(cx);
    }
};

template <class Work, class Done>
struct typed_host_job final : host_job {
    using result = std::invoke_result_t<Work&>;
    static constexpr bool silent = std::is_void_v<result>;
    struct none {};

    Work action;
    Done done;
    std::optional<std::conditional_t<silent, none, result>> value;

    typed_host_job(core* home, Work&& given, Done&& then) : host_job(home), action(std::move(given)), done(std::move(then)) {}

    void work() override
    {
        if constexpr (silent) {
            action();
        } else {
            value.emplace(action());
        }
    }
    void finish(context& cx) override
    {
        if constexpr (silent) {
            done(cx);
        } else {
            done(cx, std::move(*value));
        }
    }
};
} // namespace detail

/// What a handler gets: who it is, the message it handles, and everything the owner thread can do.
class context : public owner_side {
public:
    context(detail::cell_base& cell, art_context* cx, const art_msg* raw) noexcept
        : owner_side(cell.owner, cx), cell_(&cell), raw_(raw)
    {
        cell.current = this;
    }
    ~context() { cell_->current = nullptr; }
    context(const context&) = delete;
    context& operator=(const context&) = delete;

    /// The actor whose handler this is. `actor<Self>::self(cx)` has its type.
    actor_ref<> self() const noexcept { return actor_ref<>(ACTOR_RT_CALL(context_self)(cx_)); }
    /// The message as it arrived; only in a message handler.
    actor_rt::message message() const noexcept { return actor_rt::message(*raw_); }
    /// Who posted the message; null if it came from the host or another thread.
    actor_ref<> sender() const noexcept { return actor_ref<>(raw_ == nullptr ? 0 : raw_->sender); }

    using owner_side::after;
    using owner_side::at;
    /// Arms a timer for this actor itself.
    template <class Rep, class Period, class Message>
    timer after(std::chrono::duration<Rep, Period> delay, const Message& value)
    {
        return after(self(), delay, value);
    }
    template <class Message>
    timer at(time_point deadline, const Message& value)
    {
        return at(self(), deadline, value);
    }

    /// Asks another actor. `callback` is called once with an `answer<Reply>`, in a later turn of this actor; it may take
    /// a `context&` before that, and may capture `this`. It is not called if this actor ends first, nor if the returned
    /// status is a failure. `Reply` is the message's own `reply_type` unless given. The message has to be trivially
    /// copyable or to have a codec. `token` is for `cancel`.
    template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period, class Callback>
    status ask(actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> deadline, Callback&& callback,
               ask_token* token = nullptr)
    {
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        return detail::ask<detail::chosen_reply<Reply, Message>>(
            rt(), cell_->promises, self().id(), to.id(), value, detail::later(now_ns(), detail::delay_ns(deadline)),
            std::forward<Callback>(callback), token);
    }

    /// Answers the message that is being handled, a `Message`, with its `reply_type`. A handler may return the value instead.
    template <class Message, class Given>
    status reply_to(Given&& value)
    {
        using promised = typename detail::reply_type<Message>::type;
        static_assert(!std::is_void_v<promised>, "the message has no reply_type, which says what it is answered with");
        static_assert(std::is_convertible_v<Given, promised>, "this is not what the message is to be answered with");
        const status wrong = handles(tag_of<Message>);
        return wrong.ok() ? send_reply(promised(std::forward<Given>(value))) : wrong;
    }
    /// The same for a message that does not say what it is answered with. If it does, and this is another type, that is a
    /// mistake which only the asker could see: throws `error`; without exceptions it fails the actor.
    template <class Value>
    status reply(Value&& value)
    {
        static_assert(!std::is_pointer_v<std::decay_t<Value>>, "an address says nothing to who asked; a text is a std::string");
        const status wrong = answered_with(detail::type_stamp<detail::bare<Value>>());
        return wrong.ok() ? send_reply(std::forward<Value>(value)) : wrong;
    }

    /// Keeps the ask open beyond this handler of a `Message`. Empty if nobody asked.
    template <class Message>
    [[nodiscard]] auto keep_reply_for() -> actor_rt::reply<typename detail::reply_type<Message>::type>
    {
        using promised = typename detail::reply_type<Message>::type;
        static_assert(!std::is_void_v<promised>, "the message has no reply_type, which says what it is answered with");
        return keep<promised>(handles(tag_of<Message>));
    }
    /// The same for a message that does not say what it is answered with; as `reply` if it does.
    template <class Value>
    [[nodiscard]] actor_rt::reply<Value> keep_reply()
    {
        return keep<Value>(answered_with(detail::type_stamp<Value>()));
    }

    /// Fails this actor when the handler returns. Throwing an exception does the same and also tells the host.
    status fail(std::string_view text, status reason = status(ART_FAILED)) noexcept
    {
        return status(ACTOR_RT_CALL(context_fail)(cx_, reason.code(), text.data(), text.size()));
    }
    using owner_side::stop;
    /// Stops this actor when the handler returns.
    status stop(status reason = status()) noexcept { return status(ACTOR_RT_CALL(context_stop)(cx_, reason.code())); }
    /// In `on_start`: this actor is not ready when that returns, but with `started`. Until then its timers and the answers to its
    /// asks come, other messages wait. How long that may take says `supervision::start_timeout`.
    status starting() noexcept { return status(ACTOR_RT_CALL(context_starting)(cx_)); }
    /// After `starting`: this actor is ready. `tree::started` says it of another one.
    status started() noexcept { return status(ACTOR_RT_CALL(started)(rt(), self().id())); }
    /// After `on_stopping`: this actor has done what it had to do and ends.
    status stopped() noexcept { return status(ACTOR_RT_CALL(stopped)(rt(), self().id())); }

    /// Has `callback(context&, const actor_exit&)` called once, in a turn of this actor, when `target` has ended; also if
    /// it has ended already. A restart is no end. The monitor ends with this actor. Null if it was refused.
    template <class Actor, class Callback>
    actor_rt::monitor monitor(actor_ref<Actor> target, Callback callback)
    {
        cell_->promises.prepare(detail::owned(new detail::typed_watch<Callback>(std::move(callback))));
        actor_rt::monitor made;
        (void)ACTOR_RT_CALL(monitor)(rt(), self().id(), target.id(), &made.id);
        cell_->promises.commit(made.id);
        return made;
    }
    /// Withdraws a monitor: after ART_OK its callback is not called.
    status demonitor(actor_rt::monitor watched) noexcept
    {
        const status result(ACTOR_RT_CALL(demonitor)(rt(), watched.id));
        if (result.ok()) {
            (void)cell_->promises.take(watched.id);
        }
        return result;
    }

    /// Lets the step end after this handler.
    status yield() noexcept { return status(ACTOR_RT_CALL(context_yield)(cx_)); }

    /// Runs `work()` after this step, on the owner thread, outside of any handler: it may block, run a nested event
    /// loop, step the runtime or destroy it. Then this actor runs `done(context&, result)`, or `done(context&)` if the
    /// work returns nothing. If the work throws, this actor fails instead.
    template <class Work, class Done>
    status host_call(Work work, Done done)
    {
        detail::host_job* const job =
            new detail::typed_host_job<Work, Done>(core_, std::move(work), std::move(done));
        return status(ACTOR_RT_CALL(context_host_call)(cx_, &detail::host_job::run, job, &detail::host_job::drop, 0));
    }

    /// The C handle; valid until the handler returns.
    art_context* get_context() const noexcept { return cx_; }

    /// For the wrapper: has a wakeup of this actor's come after a delay.
    status arm_wakeup(std::uint64_t number, std::uint64_t delay) noexcept
    {
        art_timer armed = 0;
        return status(ACTOR_RT_CALL(timer_at)(
            rt(), self().id(), detail::wakeup::tag, detail::later(now_ns(), delay), &number, sizeof(number), &armed));
    }

private:
    friend class async_context;
    friend struct detail::asking;
    template <class Actor>
    friend struct detail::cell;

    template <class Value>
    status send_reply(Value&& value)
    {
        const art_reply_token token = raw_ == nullptr ? 0 : raw_->reply;
        return detail::send(
            std::forward<Value>(value),
            [&](const void* data, std::size_t size) {
                return ACTOR_RT_CALL(context_reply)(cx_, detail::reply_tag<detail::bare<Value>>(), data, size);
            },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(reply_owned)(rt(), token, detail::reply_tag<detail::bare<Value>>(), data, size, drop, nullptr);
            });
    }

    template <class Value>
    actor_rt::reply<Value> keep(status fits)
    {
        if (!fits.ok() || raw_ == nullptr || ACTOR_RT_CALL(context_reply_keep)(cx_) < 0) {
            return {};
        }
        return actor_rt::reply<Value>(core_->shared_from_this(), ask_token{raw_->reply});
    }

    /// Whether the message that is being handled has this tag.
    status handles(std::uint64_t tag)
    {
        return raw_ == nullptr || raw_->tag == tag ? status() : mistaken("what is being handled is another message than the one that is answered");
    }
    /// Whether the message that is being handled may be answered with this type.
    status answered_with(std::uint64_t type)
    {
        for (const detail::promised_answer* one = cell_->to_answer; raw_ != nullptr && one != nullptr && one->tag != 0; ++one) {
            if (one->tag == raw_->tag && one->type != 0 && one->type != type) {
                return mistaken("the message is answered with another type than its reply_type; reply_to<Message> converts it");
            }
        }
        return {};
    }
    ACTOR_RT_COLD status mistaken(const char* text)
    {
        const status reason(ART_INVALID_ARGUMENT);
#ifndef ACTOR_RT_NO_EXCEPTIONS
        detail::raise(reason, text);
#else
        (void)fail(text, reason);
        return reason;
#endif
    }

    detail::cell_base* cell_;
    const art_msg* raw_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_CONTEXT_HPP
