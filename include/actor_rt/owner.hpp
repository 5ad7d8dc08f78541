/*
 * Owns: what the owner thread can do both inside a handler (`context`) and outside (`runtime`): post, arm timers, spawn,
 * end actors, make remotes and wakers; and `detail::core`, the C++ side of one runtime.
 *
 * Invariants: the core lives as long as the runtime object or any kept reply; its `rt` is null once the runtime is
 * destroyed. An exception never crosses the library: it is caught where the library calls in, kept in the core, and
 * rethrown to the host by `step`, `run_host_calls` or `close`.
 */
#ifndef ACTOR_RT_OWNER_HPP
#define ACTOR_RT_OWNER_HPP

#include "answer.hpp"
#include "options.hpp"
#include "remote.hpp"
#include "supervision.hpp"

#include <cstdio>
#include <cstring>
#include <exception>

ACTOR_RT_BEGIN_NAMESPACE

class actor_options;

namespace detail {
struct core : std::enable_shared_from_this<core> {
    art_runtime* rt = nullptr;
    /// The actor that asks on the host's behalf, spawned with the first such ask.
    art_actor host_asker = 0;
    struct host_asks* asks_of_host = nullptr;
    owned clock;
    owned log;
    /// What the library is to call once. Those that it has not called when the runtime ends go with the core.
    shelf calls;

    /// The host's log; null if it has none.
    art_log_fn log_call = nullptr;
    void* log_user = nullptr;
    /// Where an adapter says what nobody would hear of, in place of a log; null where somebody listens.
    void (*aloud)(const char* text) noexcept = nullptr;

    /// Says at once what is nobody's return value.
    void tell(const char* what, const char* text) noexcept
    {
        char line[512];
        const int length = std::snprintf(line, sizeof(line), "%s: %s", what, text);
        const std::size_t size = length < 0 ? 0 : static_cast<std::size_t>(length);
        if (log_call != nullptr) {
            log_call(log_user, ART_LOG_ERROR, line, size < sizeof(line) ? size : sizeof(line) - 1);
        } else if (aloud != nullptr) {
            aloud(line);
        }
    }

#ifndef ACTOR_RT_NO_EXCEPTIONS
    /// The first exception since the host last took one.
    std::exception_ptr failure;
    /// Those that came after it, in order, for an adapter, which takes them all; others could not tell whose they are.
    shelf further;
    bool keeps_all = false;
    /// Whether there is a host that takes them. A guest's has heard by the log.
    bool keeps_any = true;
    /// So many wait where nobody listens: each was said, and a host that throws none would keep them for ever.
    static constexpr std::size_t most_unheard = 64;

    void add_failure(std::exception_ptr one)
    {
        if (!keeps_any) {
            return;
        }
        if (!failure) {
            failure = std::move(one);
        } else if (keeps_all && (aloud == nullptr || further.count() < most_unheard)) {
            further.prepare(keep(std::move(one)));
            further.commit(further.count() + 1); // They go by age, so a number may be there twice.
        }
    }
    std::exception_ptr take_failure() noexcept
    {
        const owned next = further.take_any();
        return std::exchange(failure, next ? as<kept_object<std::exception_ptr>>(next).object : nullptr);
    }

    /// To be called in a catch block: keeps the exception for the host, unless a supervisor deals with it, and, if a
    /// context is given, fails its actor. Returns the exit reason.
    art_status caught(art_context* cx, bool supervised) noexcept
    {
        if (!supervised) {
            add_failure(std::current_exception());
        }
        try {
            throw;
        } catch (const error& thrown) {
            return fail(cx, supervised, thrown.code().value() < 0 ? thrown.code().value() : ART_FAILED, thrown.what());
        } catch (const std::exception& thrown) {
            return fail(cx, supervised, ART_FAILED, thrown.what());
        } catch (...) {
            return fail(cx, supervised, ART_FAILED, "an exception that is no std::exception");
        }
    }

    art_status fail(art_context* cx, bool supervised, art_status reason, const char* text) noexcept
    {
        if (cx == nullptr) {
            tell("a callback has thrown", text); // No actor fails, so nobody else speaks of it.
            return reason;
        }
        if (log_call == nullptr && aloud != nullptr && !supervised) { // Into a log the library writes it, with the actor's name.
            char who[48];
            (void)std::snprintf(who, sizeof(who), "actor 0x%llx has failed",
                                static_cast<unsigned long long>(ACTOR_RT_CALL(context_self)(cx)));
            tell(who, text);
        }
        if (ACTOR_RT_CALL(context_fail)(cx, reason, text, ART_NUL_TERMINATED) == ART_INVALID_UTF8) {
            (void)ACTOR_RT_CALL(context_fail)(cx, reason, nullptr, 0);
        }
        return reason;
    }

    bool failed() const noexcept { return static_cast<bool>(failure); }

    void rethrow()
    {
        if (failure) {
            std::rethrow_exception(take_failure());
        }
    }
#else
    static bool failed() noexcept { return false; }
    void rethrow() noexcept {}
#endif

    /// Runs code of the user's where the library calls in. Returns ART_OK or the reason of the failure.
    template <class Code>
    art_status guarded(art_context* cx, Code&& code, bool supervised = false) noexcept
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        try {
            code();
        } catch (...) {
            return caught(cx, supervised);
        }
#else
        (void)cx;
        (void)supervised;
        code();
#endif
        return ART_OK;
    }
};

/// Hears of one end.
struct watch : kept {
    virtual void heard(context& cx, const actor_exit& exit) = 0;
};

template <class Callback>
struct typed_watch final : watch {
    Callback callback;
    explicit typed_watch(Callback&& given) : callback(std::move(given)) {}
    void heard(context& cx, const actor_exit& exit) override { callback(cx, exit); }
};

/// Goes on with something of an actor's when the message with its number has come.
struct wakeup : kept {
    virtual void come(context& cx, const art_msg& raw) = 0;
    /// Of the host's: the runtime ends first.
    virtual void close() {}

    /// The message of a timer; the payload is the number.
    static constexpr std::uint64_t tag = tag_of_name("actor_rt.wakeup");
};

/// Whether there is a runtime.
inline status running(const core* home) noexcept
{
    return status(home == nullptr ? ART_NULL_POINTER : home->rt == nullptr ? ART_CLOSED : ART_OK);
}

/// What a message of an actor's is to be answered with.
struct promised_answer {
    std::uint64_t tag;
    std::uint64_t type; ///< Its stamp; 0 if the message does not say.
};

template <class Messages>
struct promised_answers;
template <class... Messages>
struct promised_answers<message_list<Messages...>> {
    template <class Message>
    static constexpr std::uint64_t type() noexcept
    {
        using promised = typename reply_type<Message>::type;
        if constexpr (std::is_void_v<promised>) {
            return 0;
        } else {
            return type_stamp<promised>();
        }
    }
    /// One for each message; the last one is none.
    ACTOR_RT_OWN static constexpr promised_answer all[] = {{tag_of<Messages>, type<Messages>()}..., {0, 0}};
};

/// What stands behind an actor written in C++. Derived classes hold the actor itself.
struct cell_base {
    core* owner;
    /// What its messages are answered with; null if it has none.
    const promised_answer* to_answer;
    /// Its open asks and its monitors, by their ids, which differ.
    shelf promises;
    shelf wakeups;
    std::uint64_t last_wakeup = 0;
    /// The context of the turn that runs; null between two turns.
    context* current = nullptr;
    /// A supervisor deals with its failures, so the host need not hear of them.
    bool supervised = false;

    explicit cell_base(core* home, const promised_answer* answers = nullptr) noexcept : owner(home), to_answer(answers) {}
    cell_base(const cell_base&) = delete;
    cell_base& operator=(const cell_base&) = delete;
    ~cell_base() = default;

    /// Goes on with what waits for this message. False if nothing does.
    bool wake(context& cx, const art_msg& raw)
    {
        std::uint64_t number = 0;
        if (raw.tag == ART_TAG_ANSWERS) {
            number = static_cast<const art_answers*>(raw.data)->number;
        } else if (raw.tag == wakeup::tag && raw.len == sizeof(number)) {
            std::memcpy(&number, raw.data, sizeof(number));
        }
        const auto one = wakeups.take(number);
        if (one) {
            as<wakeup>(one).come(cx, raw);
        }
        return one != nullptr;
    }
};

/// Sends an ask by `send(data, size, token)`, and keeps its callback in `promises`.
template <class Reply, class Message, class Callback, class Send>
status ask(shelf& promises, const Message& value, Callback&& callback, ask_token* token, Send&& send)
{
    static_assert(copied<Message>, "an ask copies its payload: the message has to be trivially copyable or to have a codec");
    art_reply_token open = 0;
    // The callback is put aside when the message is written: what writes it is the user's, may throw and may ask.
    const status result(with_bytes<Message>(value, [&](const void* data, std::size_t size) {
        promises.prepare(owned(new typed_ask<Reply, bare<Callback>>(bare<Callback>(std::forward<Callback>(callback)))));
        const status asked(send(data, size, &open));
        promises.commit(open);
        return asked.code();
    }));
    if (token != nullptr) {
        token->id = open;
    }
    return result;
}

/// Asks on behalf of `from`.
template <class Reply, class Message, class Callback>
status ask(art_runtime* rt, shelf& promises, art_actor from, art_actor to, const Message& value, std::uint64_t deadline,
           Callback&& callback, ask_token* token)
{
    return ask<Reply>(promises, value, std::forward<Callback>(callback), token,
                      [&](const void* data, std::size_t size, art_reply_token* open) {
                          return ACTOR_RT_CALL(ask)(rt, from, to, tag_of<Message>, data, size, deadline, open);
                      });
}
} // namespace detail

/// What the owner thread can do, inside a handler or outside. On any other thread every function answers
/// ART_WRONG_THREAD and does nothing.
class owner_side {
public:
    /// Queues a message for an actor. The value is consumed, whatever the result; a message that cannot be delivered is
    /// destroyed. Never blocks. Throws only what copying or boxing the value throws.
    template <class Actor, class Message>
    status post(actor_ref<Actor> to, Message&& value)
    {
        using type = detail::bare<Message>;
        static_assert(detail::accepts<Actor, type>(), "this actor does not take this message");
        return detail::send(
            std::forward<Message>(value),
            [&](const void* data, std::size_t size) { return ACTOR_RT_CALL(post)(rt(), to.id(), tag_of<type>, data, size); },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(post_owned)(rt(), to.id(), tag_of<type>, data, size, drop, nullptr);
            });
    }

    /// As `post`, for callers who expect a full mailbox: on ART_FULL, and only then, `value` keeps its value.
    template <class Actor, class Message>
    [[nodiscard]] status try_post(actor_ref<Actor> to, Message& value)
    {
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        return detail::try_send(
            value, [&](const void* data, std::size_t size) { return ACTOR_RT_CALL(try_post)(rt(), to.id(), tag_of<Message>, data, size); },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(try_post_owned)(rt(), to.id(), tag_of<Message>, data, size, drop, nullptr);
            });
    }

    /// Posts bytes with a tag of the caller's, for actors whose message types are not known here.
    status post_bytes(actor_ref<> to, std::uint64_t tag, const void* data, std::size_t size) noexcept
    {
        return status(ACTOR_RT_CALL(post)(rt(), to.id(), tag, data, size));
    }
    /// Posts shared bytes with a tag of the caller's.
    status post_buffer(actor_ref<> to, std::uint64_t tag, buffer bytes) noexcept
    {
        return status(ACTOR_RT_CALL(post_buffer)(rt(), to.id(), tag, bytes.release()));
    }

    /// Arms a timer: the actor gets `value` at `deadline`. Messages of timers are trivially copyable or have a codec. A
    /// null timer means that it was refused; `last_message` says why.
    template <class Actor, class Message>
    timer at(actor_ref<Actor> to, time_point deadline, const Message& value)
    {
        return arm(to, detail::to_ns(deadline), value);
    }
    /// Arms a timer: the actor gets `value` when `delay` has passed, counted from `now`.
    template <class Actor, class Rep, class Period, class Message>
    timer after(actor_ref<Actor> to, std::chrono::duration<Rep, Period> delay, const Message& value)
    {
        return arm(to, detail::later(now_ns(), detail::delay_ns(delay)), value);
    }
    /// Takes back a timer; after ART_OK its message does not come. ART_NOT_FOUND if it is due already.
    status cancel(timer armed) noexcept { return status(ACTOR_RT_CALL(timer_cancel)(rt(), armed.id)); }
    /// Gives an armed timer another deadline.
    status reset(timer armed, time_point deadline) noexcept
    {
        return status(ACTOR_RT_CALL(timer_reset)(rt(), armed.id, detail::to_ns(deadline)));
    }
    template <class Rep, class Period>
    status reset(timer armed, std::chrono::duration<Rep, Period> delay) noexcept
    {
        return status(ACTOR_RT_CALL(timer_reset)(rt(), armed.id, detail::later(now_ns(), detail::delay_ns(delay))));
    }
    /// Withdraws an ask: its callback gets `outcome::cancelled`.
    status cancel(ask_token token) noexcept { return status(ACTOR_RT_CALL(ask_cancel)(rt(), token.id)); }

    /// Makes an actor of class `Actor` from the arguments of its constructor, which runs here and now. Its `on_start`
    /// runs in a later step. Throws `error` if the library refuses, and what the constructor throws.
    template <class Actor, class... Arguments>
    actor_ref<Actor> spawn(Arguments&&... arguments);
    /// The same with a name, a bound, a parent or somebody who hears of its end.
    template <class Actor, class... Arguments>
    actor_ref<Actor> spawn_with(actor_options&& how, Arguments&&... arguments);
    /// The same without exceptions of the wrapper's; a null reference on failure, with the reason in `result`. So are all
    /// functions here that begin with `try_`.
    template <class Actor, class... Arguments>
    actor_ref<Actor> try_spawn(status& result, actor_options&& how, Arguments&&... arguments);

    /// Makes a supervised actor: each of its incarnations is constructed, inside a step, from copies of these arguments.
    /// It is restarted as `care` says; what it throws its supervisor hears, not the host. Throws `error` if the library
    /// refuses, and what copying the arguments throws.
    template <class Actor, class... Arguments>
    actor_ref<Actor> spawn_supervised(const supervision& care, actor_options&& how, Arguments&&... arguments);
    template <class Actor, class... Arguments>
    actor_ref<Actor> spawn_supervised(const supervision& care, Arguments&&... arguments);
    template <class Actor, class... Arguments>
    actor_ref<Actor> try_spawn_supervised(status& result, const supervision& care, actor_options&& how, Arguments&&... arguments);
    /// The same with a function that makes each incarnation: `Actor(context&)`.
    template <class Factory>
    auto spawn_supervised_by(const supervision& care, actor_options&& how, Factory factory);
    template <class Factory>
    auto spawn_supervised_by(const supervision& care, Factory factory);
    template <class Factory>
    auto try_spawn_supervised_by(status& result, const supervision& care, actor_options&& how, Factory factory);

    /// Stops an actor: overtakes what waits for it, runs `on_stop`, destroys it.
    template <class Actor>
    status stop(actor_ref<Actor> actor, status reason = status()) noexcept
    {
        return status(ACTOR_RT_CALL(stop)(rt(), actor.id(), reason.code()));
    }
    /// The same with a text, for its supervisor and those who monitor it.
    template <class Actor>
    status stop(actor_ref<Actor> actor, status reason, std::string_view text) noexcept
    {
        return status(ACTOR_RT_CALL(stop_because)(rt(), actor.id(), reason.code(), text.data(), text.size()));
    }
    /// Kills an actor: from now on no handler of it starts.
    template <class Actor>
    status kill(actor_ref<Actor> actor, status reason = status(), std::string_view text = {}) noexcept
    {
        return status(ACTOR_RT_CALL(kill)(rt(), actor.id(), reason.code(), text.data(), text.size()));
    }

    /// Stops an actor when it has handled what was sent to it before; from now on nothing more can be sent.
    template <class Actor>
    status drain(actor_ref<Actor> actor) noexcept
    {
        return status(ACTOR_RT_CALL(drain)(rt(), actor.id()));
    }
    /// Stops an actor after a time; `cancel` spares it. A null timer if there is no such actor.
    template <class Actor, class Rep, class Period>
    timer exit_after(actor_ref<Actor> actor, std::chrono::duration<Rep, Period> delay) noexcept
    {
        timer armed;
        (void)ACTOR_RT_CALL(exit_after)(rt(), actor.id(), detail::delay_ns(delay), &armed.id);
        return armed;
    }
    /// Kills an actor after a time; else as `exit_after`.
    template <class Actor, class Rep, class Period>
    timer kill_after(actor_ref<Actor> actor, std::chrono::duration<Rep, Period> delay) noexcept
    {
        timer armed;
        (void)ACTOR_RT_CALL(kill_after)(rt(), actor.id(), detail::delay_ns(delay), &armed.id);
        return armed;
    }
    /// Lets the messages of an actor wait until `resume`; ART_WRONG_STATE if it is not ready.
    template <class Actor>
    status pause(actor_ref<Actor> actor) noexcept
    {
        return status(ACTOR_RT_CALL(pause)(rt(), actor.id()));
    }
    /// Lets a paused actor go on; ART_WRONG_STATE if it is not paused.
    template <class Actor>
    status resume(actor_ref<Actor> actor) noexcept
    {
        return status(ACTOR_RT_CALL(resume)(rt(), actor.id()));
    }
    /// Gives an actor a name by which `lookup` finds it, until it begins to end; ART_ALREADY_EXISTS if another one has it.
    template <class Actor>
    status register_name(std::string_view name, actor_ref<Actor> actor) noexcept
    {
        return status(ACTOR_RT_CALL(name_register)(rt(), name.data(), name.size(), actor.id()));
    }
    /// The actor that has a name; null if nobody has it. That it takes `Actor`'s messages is the caller's word.
    template <class Actor = void>
    [[nodiscard]] actor_ref<Actor> lookup(std::string_view name) const noexcept
    {
        art_actor found = 0;
        (void)ACTOR_RT_CALL(name_lookup)(rt(), name.data(), name.size(), &found);
        return actor_ref<Actor>(found);
    }

    /// A door for other threads. Throws `error` if the library refuses.
    [[nodiscard]] remote make_remote()
    {
        status result;
        return unless_refused(result, try_make_remote(result));
    }
    [[nodiscard]] remote try_make_remote(status& result) noexcept
    {
        art_remote* made = nullptr;
        result = status(ACTOR_RT_CALL(remote_create)(rt(), &made));
        return remote(made);
    }
    /// A doorbell: rung, it sends the actor a `Message`, which has to be an empty type. Throws `error` if the library
    /// refuses.
    template <class Message, class Actor>
    [[nodiscard]] waker make_waker(actor_ref<Actor> to)
    {
        status result;
        return unless_refused(result, try_make_waker<Message>(result, to));
    }
    template <class Message, class Actor>
    [[nodiscard]] waker try_make_waker(status& result, actor_ref<Actor> to) noexcept
    {
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        static_assert(std::is_empty_v<Message>, "a waker carries no payload: its message has to be an empty type");
        art_waker* made = nullptr;
        result = status(ACTOR_RT_CALL(waker_create)(rt(), to.id(), tag_of<Message>, &made));
        return waker(made);
    }

    /// What shows other threads which message is being handled. While there is one, the clock is read before each
    /// message. Throws `error` if the library refuses.
    [[nodiscard]] watchdog make_watchdog()
    {
        status result;
        return unless_refused(result, try_make_watchdog(result));
    }
    [[nodiscard]] watchdog try_make_watchdog(status& result) noexcept
    {
        art_watchdog* made = nullptr;
        result = status(ACTOR_RT_CALL(watchdog_create)(rt(), &made));
        return watchdog(made);
    }

    /// Tells the runtime the names of message types, for its logs and traces.
    template <class... Messages>
    status register_messages()
    {
        status result;
        const auto one = [&](std::uint64_t tag, std::string_view name, std::size_t size) {
            const status code(ACTOR_RT_CALL(tag_register)(rt(), tag, name.data(), name.size(), size));
            result = result.ok() ? code : result;
        };
        (one(tag_of<Messages>, message_name<Messages>::value,
             detail::has_codec<Messages> ? ART_ANY_SIZE
             : !detail::copied<Messages> ? sizeof(detail::box<Messages>)
             : std::is_empty_v<Messages> ? 0 : sizeof(Messages)),
         ...);
        return result;
    }

    /// The time: inside a handler that of the running step, outside that of the runtime's clock.
    time_point now() const noexcept { return detail::to_point(now_ns()); }
    /// The library's words about the last failed call; empty if it has none.
    std::string last_message() const { return detail::last_message(rt()); }
    /// The C handle; null before the runtime is made and after it is destroyed.
    art_runtime* get() const noexcept { return rt(); }
    /// For what belongs to the runtime and may outlive this object.
    std::shared_ptr<detail::core> share() const { return core_ == nullptr ? nullptr : core_->shared_from_this(); }

protected:
    friend class tree;
    owner_side() noexcept = default;
    explicit owner_side(detail::core* home, art_context* cx = nullptr) noexcept : core_(home), cx_(cx) {}
    // Copies would outlive what they stand for; the runtime moves by hand.
    owner_side(const owner_side&) = default;
    owner_side& operator=(const owner_side&) = default;
    ~owner_side() = default;

    art_runtime* rt() const noexcept { return core_ == nullptr ? nullptr : core_->rt; }

    /// What a twin has made; throws `error` if it could not.
    template <class Made>
    Made unless_refused(const status& result, Made made) const
    {
        detail::check(result, rt());
        return made;
    }

    std::uint64_t now_ns() const noexcept
    {
        if (cx_ != nullptr) {
            return ACTOR_RT_CALL(context_now)(cx_);
        }
        std::uint64_t ns = 0;
        (void)ACTOR_RT_CALL(now)(rt(), &ns);
        return ns;
    }

    template <class Actor, class Message>
    timer arm(actor_ref<Actor> to, std::uint64_t deadline, const Message& value)
    {
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        static_assert(detail::copied<Message>, "a timer copies its payload: the message has to be trivially copyable or to have a codec");
        timer armed;
        detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(timer_at)(rt(), to.id(), tag_of<Message>, deadline, data, size, &armed.id);
        });
        return armed;
    }

    detail::core* core_ = nullptr;
    art_context* cx_ = nullptr;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_OWNER_HPP
