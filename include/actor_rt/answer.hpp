/*
 * Owns: the asking side of an ask: `answer<T>`, what comes back, and the callbacks that wait for it.
 *
 * Invariant: a callback lives no longer than the actor that asked, so it may capture that actor's `this`.
 */
#ifndef ACTOR_RT_ANSWER_HPP
#define ACTOR_RT_ANSWER_HPP

#include "payload.hpp"
#include "shelf.hpp"

ACTOR_RT_BEGIN_NAMESPACE

class context;

/// The one outcome of an ask.
enum class outcome : std::int32_t {
    reply = ART_REPLY_OK,           ///< there is a reply
    timeout = ART_REPLY_TIMEOUT,    ///< the deadline passed first
    no_reply = ART_REPLY_NO_REPLY,  ///< the receiver took the message and did not answer, or failed
    closed = ART_REPLY_CLOSED,      ///< the receiver or the runtime was gone
    cancelled = ART_REPLY_CANCELLED, ///< the asker withdrew
    lost = ART_REPLY_LOST,          ///< reserved: the connection to the receiver was lost
    full = ART_REPLY_FULL,          ///< of a `remote` and `ask_all`: the receiver's mailbox was full, and it was not asked
    unreadable = 1000,              ///< there is a reply, but not of the type that was asked for
    refused = 1001,                 ///< awaited: there was no ask, and `last_message` says why
};

/// The name of an outcome.
inline const char* to_string(outcome value) noexcept
{
    switch (value) {
    case outcome::reply: return "reply";
    case outcome::timeout: return "timeout";
    case outcome::no_reply: return "no reply";
    case outcome::closed: return "closed";
    case outcome::cancelled: return "cancelled";
    case outcome::lost: return "lost";
    case outcome::full: return "full";
    case outcome::unreadable: return "unreadable";
    case outcome::refused: return "refused";
    }
    return "unknown";
}

/// What an ask brought: a value, or the outcome that says why there is none.
template <class Value>
class answer {
public:
    explicit answer(actor_rt::outcome how) noexcept : how_(how) {}
    explicit answer(const art_msg& raw) : answer(static_cast<actor_rt::outcome>(raw.status), raw.data, raw.len) {}
    answer(actor_rt::outcome how, const void* data, std::size_t size) : how_(how)
    {
        if (how_ == actor_rt::outcome::reply &&
            !detail::with_value<Value>(data, size, [this](Value& read) { value_.emplace(std::move(read)); })) {
            how_ = actor_rt::outcome::unreadable;
        }
    }

    /// True if there is a value.
    explicit operator bool() const noexcept { return value_.has_value(); }
    actor_rt::outcome outcome() const noexcept { return how_; }
    /// The value; throws `error` with ART_FAILED if there is none.
    const Value& value() const
    {
        if (!value_) {
            detail::raise(status(ART_FAILED), to_string(how_));
        }
        return *value_;
    }
    Value& value() { return const_cast<Value&>(std::as_const(*this).value()); }
    /// The same; checked, since an ask of the host's may end without a value at any time.
    const Value& operator*() const { return value(); }
    Value& operator*() { return value(); }
    const Value* operator->() const { return std::addressof(value()); }
    Value* operator->() { return std::addressof(value()); }

private:
    actor_rt::outcome how_;
    std::optional<Value> value_;
};

/// The answer to an ask whose reply carries nothing of interest.
template <>
class answer<void> {
public:
    explicit answer(actor_rt::outcome how) noexcept : how_(how) {}
    explicit answer(const art_msg& raw) noexcept : how_(static_cast<actor_rt::outcome>(raw.status)) {}
    answer(actor_rt::outcome how, const void*, std::size_t) noexcept : how_(how) {}

    explicit operator bool() const noexcept { return how_ == actor_rt::outcome::reply; }
    actor_rt::outcome outcome() const noexcept { return how_; }

private:
    actor_rt::outcome how_;
};

namespace detail {
struct pending_ask : kept {
    virtual void settle(context& cx, const art_msg& raw) = 0;
    virtual void close() = 0;
};

template <class Value, class Callback>
struct typed_ask final : pending_ask {
    Callback callback;

    explicit typed_ask(Callback&& given) : callback(std::move(given)) {}

    static constexpr bool takes_context = std::is_invocable_v<Callback&, context&, answer<Value>>;
    static_assert(takes_context || std::is_invocable_v<Callback&, answer<Value>>,
                  "the callback of an ask takes (answer<Reply>) or (context&, answer<Reply>)");

    void settle(context& cx, const art_msg& raw) override
    {
        if constexpr (takes_context) {
            callback(cx, answer<Value>(raw));
        } else {
            (void)cx;
            callback(answer<Value>(raw));
        }
    }
    void close() override
    {
        if constexpr (!takes_context) {
            callback(answer<Value>(outcome::closed));
        }
    }
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_ANSWER_HPP
