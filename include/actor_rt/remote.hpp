/*
 * Owns: what other threads may hold: `remote`, a door into a runtime; `waker`, the doorbell of one actor; `watchdog`,
 * which sees a handler that is stuck; `buffer`, shared bytes.
 *
 * Invariants: every function here may be called on any thread and outlives the runtime, after which it answers
 * ART_CLOSED. Copies share a reference count. One object of these classes is not to be changed (assigned, moved from)
 * while another thread uses the same object; give each thread its copy.
 */
#ifndef ACTOR_RT_REMOTE_HPP
#define ACTOR_RT_REMOTE_HPP

#include "answer.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// Immutable bytes with a reference count, for one payload to many receivers.
class buffer {
public:
    buffer() noexcept = default;
    /// Copies bytes. Throws `error` if there is no memory for them.
    buffer(const void* data, std::size_t size)
    {
        status result;
        *this = buffer(data, size, result);
        detail::check(result, nullptr);
    }
    explicit buffer(std::string_view text) : buffer(text.data(), text.size()) {}
    /// The same without exceptions: empty on failure, with the reason in `result`.
    buffer(const void* data, std::size_t size, status& result) noexcept
    {
        result = status(ACTOR_RT_CALL(buffer_create)(data, size, &raw_));
    }
    buffer(std::string_view text, status& result) noexcept : buffer(text.data(), text.size(), result) {}
    /// Takes over a reference of the C functions'; null is an empty buffer.
    static buffer adopt(art_buffer* raw) noexcept
    {
        buffer made;
        made.raw_ = raw;
        return made;
    }

    buffer(const buffer& other) noexcept : raw_(ACTOR_RT_CALL(buffer_ref)(other.raw_)) {}
    buffer(buffer&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    buffer& operator=(buffer other) noexcept
    {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~buffer()
    {
        if (raw_ != nullptr) {
            ACTOR_RT_CALL(buffer_unref)(raw_);
        }
    }

    /// The bytes; they live as long as this reference.
    std::string_view bytes() const noexcept
    {
        std::size_t size = 0;
        const void* const data = ACTOR_RT_CALL(buffer_data)(raw_, &size);
        return size == 0 ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
    }
    explicit operator bool() const noexcept { return raw_ != nullptr; }

    /// Gives the reference to the caller.
    [[nodiscard]] art_buffer* release() noexcept { return std::exchange(raw_, nullptr); }

private:
    art_buffer* raw_ = nullptr;
};

/// A door into a runtime for any thread. Messages posted through one remote and its copies keep their order; a thread
/// that posts much is faster with a `clone`, which has an order of its own.
class remote {
public:
    remote() noexcept = default;
    /// Takes over a reference of the C function's.
    explicit remote(art_remote* raw) noexcept : raw_(raw) {}

    remote(const remote& other) noexcept : raw_(ACTOR_RT_CALL(remote_ref)(other.raw_)) {}
    remote(remote&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    remote& operator=(remote other) noexcept
    {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~remote()
    {
        if (raw_ != nullptr) {
            ACTOR_RT_CALL(remote_unref)(raw_);
        }
    }

    /// Another remote of the same runtime, with an order of its own; empty if the runtime has ended.
    [[nodiscard]] remote clone() const noexcept
    {
        art_remote* other = nullptr;
        (void)ACTOR_RT_CALL(remote_clone)(raw_, &other);
        return remote(other);
    }

    /// Posts a message. It becomes visible in the runtime's next step; whether its receiver still lives shows then. The
    /// value is consumed, whatever the result. Throws only what copying or boxing the value throws.
    template <class Actor, class Message>
    status post(actor_ref<Actor> to, Message&& value) const
    {
        using type = detail::bare<Message>;
        static_assert(detail::accepts<Actor, type>(), "this actor does not take this message");
        return detail::send(
            std::forward<Message>(value),
            [&](const void* data, std::size_t size) { return ACTOR_RT_CALL(remote_post)(raw_, to.id(), tag_of<type>, data, size); },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(remote_post_owned)(raw_, to.id(), tag_of<type>, data, size, drop, nullptr);
            });
    }

    /// Posts shared bytes as a message with a tag of the caller's.
    status post_buffer(actor_ref<> to, std::uint64_t tag, buffer bytes) const noexcept
    {
        return status(ACTOR_RT_CALL(remote_post_buffer)(raw_, to.id(), tag, bytes.release()));
    }

    /// Answers an ask whose token its handler has released for this (`reply::release`). A token whose ask is settled
    /// drops the value when it arrives.
    template <class Value>
    status reply(ask_token token, Value&& value) const
    {
        return detail::send(
            std::forward<Value>(value),
            [&](const void* data, std::size_t size) {
                return ACTOR_RT_CALL(remote_reply)(raw_, token.id, detail::reply_tag<detail::bare<Value>>(), data, size);
            },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(remote_reply_owned)(
                    raw_, token.id, detail::reply_tag<detail::bare<Value>>(), data, size, drop, nullptr);
            });
    }

    /// Asks an actor. `callback` is called once with an `answer<Reply>`, on the owner thread; if the runtime ends before it
    /// gets to the ask, on the thread on which that shows. Not if the returned status is a failure. It must not throw. The
    /// time counts from when the runtime gets to the ask. As `context::ask` otherwise.
    template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period, class Callback>
    status ask(actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> within, Callback callback) const
    {
        using reply_type = detail::chosen_reply<Reply, Message>;
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        static_assert(std::is_invocable_v<Callback&, answer<reply_type>>, "the callback of a remote's ask takes (answer<Reply>)");
        auto kept = std::make_unique<Callback>(std::move(callback));
        const auto told = [](void* user, const art_msg* answered) noexcept {
            const std::unique_ptr<Callback> self(static_cast<Callback*>(user));
            (*self)(answer<reply_type>(*answered));
        };
        const status result(detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(remote_ask)(
                raw_, to.id(), tag_of<Message>, data, size, detail::delay_ns(within), told, kept.get());
        }));
        if (result.ok()) {
            (void)kept.release(); // It frees itself when it is called.
        }
        return result;
    }

    /// Asks an actor and waits for the answer: for threads that have nothing else to do meanwhile, and never for the owner's.
    /// `outcome::refused` if nothing was asked; the reason is in `why`, if given.
    template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period>
    [[nodiscard]] answer<detail::chosen_reply<Reply, Message>> ask_wait(
        actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> within, status* why = nullptr) const
    {
        using reply_type = detail::chosen_reply<Reply, Message>;
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        art_waited waited = ART_WAITED_INIT;
        const status result(detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(remote_ask_wait)(
                raw_, to.id(), tag_of<Message>, data, size, detail::delay_ns(within), &waited);
        }));
        if (why != nullptr) {
            *why = result;
        }
        if (!result.ok()) {
            return answer<reply_type>(outcome::refused);
        }
        const buffer bytes = buffer::adopt(waited.answer);
        art_msg raw = {};
        raw.data = bytes.bytes().data();
        raw.len = bytes.bytes().size();
        raw.status = waited.outcome;
        return answer<reply_type>(raw);
    }

    /// Makes the runtime ask its host for a step.
    status wake() const noexcept { return status(ACTOR_RT_CALL(remote_wake)(raw_)); }
    /// Lets a running step end soon: within 16 messages, or 256 if its time is not limited.
    status interrupt() const noexcept { return status(ACTOR_RT_CALL(remote_interrupt)(raw_)); }

    explicit operator bool() const noexcept { return raw_ != nullptr; }
    /// The C handle; stays this object's.
    art_remote* get() const noexcept { return raw_; }

private:
    art_remote* raw_ = nullptr;
};

/// The doorbell of one actor: however often it is rung before the actor's next turn, the actor gets one message.
class waker {
public:
    waker() noexcept = default;
    /// Takes over a reference of the C function's.
    explicit waker(art_waker* raw) noexcept : raw_(raw) {}

    waker(const waker& other) noexcept : raw_(ACTOR_RT_CALL(waker_ref)(other.raw_)) {}
    waker(waker&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    waker& operator=(waker other) noexcept
    {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~waker()
    {
        if (raw_ != nullptr) {
            ACTOR_RT_CALL(waker_unref)(raw_);
        }
    }

    /// Rings. Allocates nothing.
    status wake() const noexcept { return status(ACTOR_RT_CALL(waker_wake)(raw_)); }

    explicit operator bool() const noexcept { return raw_ != nullptr; }
    /// The C handle; stays this object's.
    art_waker* get() const noexcept { return raw_; }

private:
    art_waker* raw_ = nullptr;
};

/// Shows any thread which message a runtime is handling, and since when: so one finds a handler that does not return.
class watchdog {
public:
    watchdog() noexcept = default;
    /// Takes over a reference of the C function's.
    explicit watchdog(art_watchdog* raw) noexcept : raw_(raw) {}

    watchdog(const watchdog& other) noexcept : raw_(ACTOR_RT_CALL(watchdog_ref)(other.raw_)) {}
    watchdog(watchdog&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    watchdog& operator=(watchdog other) noexcept
    {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~watchdog()
    {
        if (raw_ != nullptr) {
            ACTOR_RT_CALL(watchdog_unref)(raw_);
        }
    }

    /// The message that is being handled now; without `is_busy` if there is none. Never waits for the runtime.
    art_busy busy() const noexcept
    {
        art_busy seen = ART_BUSY_INIT;
        (void)ACTOR_RT_CALL(watchdog_busy)(raw_, &seen, nullptr, 0, nullptr);
        return seen;
    }

    explicit operator bool() const noexcept { return raw_ != nullptr; }
    /// The C handle; stays this object's.
    art_watchdog* get() const noexcept { return raw_; }

private:
    art_watchdog* raw_ = nullptr;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_REMOTE_HPP
