/*
 * Owns: what other threads may hold: `remote`, a door into a runtime; `waker`, the doorbell of one actor; `buffer`,
 * shared bytes.
 *
 * Invariants: every function here may be called on any thread and outlives the runtime, after which it answers
 * ART_CLOSED. Copies share a reference count. One object of these classes is not to be changed (assigned, moved from)
 * while another thread uses the same object; give each thread its copy.
 */
#ifndef ACTOR_RT_REMOTE_HPP
#define ACTOR_RT_REMOTE_HPP

#include "payload.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// Immutable bytes with a reference count, for one payload to many receivers.
class buffer {
public:
    buffer() noexcept = default;
    /// Copies bytes. Throws `error` if there is no memory for them.
    buffer(const void* data, std::size_t size)
    {
        detail::check(status(ACTOR_RT_CALL(buffer_create)(data, size, &raw_)), nullptr);
    }
    explicit buffer(std::string_view text) : buffer(text.data(), text.size()) {}

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
    art_buffer* release() noexcept { return std::exchange(raw_, nullptr); }

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
    remote clone() const noexcept
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
