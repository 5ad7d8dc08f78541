/*
 * Owns: how a C++ value becomes the payload of a message and a value again.
 *
 *   a type with a codec       its encoded bytes, copied; readable wherever the encoding is known
 *   an empty type             no bytes
 *   a trivially copyable type its bytes, copied; readable in C and Rust as the same struct
 *   any other type            a heap box that is handed over and freed exactly once; readable in C++ only
 *
 * Invariants: a payload is checked before it is read as a value (its length, and for a box its stamp, a number computed
 * from the type): one that does not fit is reported as such, never read. A box has one reader, who may move out of it.
 */
#ifndef ACTOR_RT_PAYLOAD_HPP
#define ACTOR_RT_PAYLOAD_HPP

#include "error.hpp"
#include "message.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

ACTOR_RT_BEGIN_NAMESPACE

/// How a type is written as bytes. Specialise it for types that other languages read:
///
///     template <> struct actor_rt::codec<line> {
///         static std::string encode(const line&);                                  // anything with data() and size()
///         static std::optional<line> decode(const void* data, std::size_t size);   // empty: not a line
///     };
template <class Value>
struct codec {};

/// Text travels as its bytes.
template <>
struct codec<std::string> {
    static std::string_view encode(const std::string& text) noexcept { return text; }
    static std::optional<std::string> decode(const void* data, std::size_t size)
    {
        return size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
    }
};

namespace detail {
template <class Value, class = void>
inline constexpr bool has_codec = false;
template <class Value>
inline constexpr bool has_codec<Value, std::void_t<decltype(codec<Value>::encode(std::declval<const Value&>()))>> = true;

/// Whether values travel as copied bytes; the rest travels in boxes.
template <class Value>
inline constexpr bool copied = has_codec<Value> || std::is_trivially_copyable_v<Value>;

/// A number for a type that is the same in every translation unit of one compiler, without RTTI.
template <class Value>
constexpr std::uint64_t type_stamp() noexcept
{
#if defined(_MSC_VER) && !defined(__clang__)
    return tag_of_name(__FUNCSIG__) ^ (sizeof(Value) << 1) ^ 1;
#else
    return tag_of_name(__PRETTY_FUNCTION__) ^ (sizeof(Value) << 1) ^ 1;
#endif
}

template <class Value>
struct box {
    std::uint64_t stamp = type_stamp<Value>();
    Value value;

    template <class From>
    explicit box(From&& from) : value(std::forward<From>(from))
    {
    }
    static void drop(void* data, std::size_t, void*, std::uint32_t) noexcept { delete static_cast<box*>(data); }
};

/// Calls `send(data, size)` with the bytes of a value that travels as such.
template <class Value, class Send>
auto with_bytes(const Value& value, Send&& send)
{
    if constexpr (has_codec<Value>) {
        const auto encoded = codec<Value>::encode(value);
        return send(static_cast<const void*>(encoded.data()), encoded.size() * sizeof(*encoded.data()));
    } else if constexpr (std::is_empty_v<Value>) {
        return send(static_cast<const void*>(nullptr), std::size_t(0));
    } else {
        return send(static_cast<const void*>(std::addressof(value)), sizeof(Value));
    }
}

/// Hands a value to the library: by `copy(data, size)` if it travels as bytes, else by `own(data, size, drop)`, which
/// consumes the box whether or not it succeeds.
template <class Value, class Copy, class Own>
status send(Value&& value, Copy&& copy, Own&& own)
{
    using type = bare<Value>;
    if constexpr (copied<type>) {
        (void)own;
        return status(with_bytes<type>(value, std::forward<Copy>(copy)));
    } else {
        (void)copy;
        auto* const boxed = new box<type>(std::forward<Value>(value));
        return status(own(static_cast<void*>(boxed), sizeof(box<type>), &box<type>::drop));
    }
}

/// The same by calls that hand a box back on ART_FULL: then, and only then, `value` keeps its value.
template <class Value, class Copy, class Own>
status try_send(Value& value, Copy&& copy, Own&& own)
{
    if constexpr (copied<Value>) {
        (void)own;
        return status(with_bytes<Value>(value, std::forward<Copy>(copy)));
    } else {
        (void)copy;
        auto boxed = std::make_unique<box<Value>>(std::move(value));
        const status result(own(static_cast<void*>(boxed.get()), sizeof(box<Value>), &box<Value>::drop));
        if (result == ART_FULL) {
            value = std::move(boxed->value);
        } else {
            (void)boxed.release(); // Consumed by the call, whether or not it succeeded.
        }
        return result;
    }
}

/// Reads a payload as a `Value` and calls `use` with it, as an lvalue that `use` may move from. False if the payload is
/// no such value; then `use` was not called.
template <class Value, class Use>
bool with_value(const void* data, std::size_t size, Use&& use)
{
    if constexpr (has_codec<Value>) {
        std::optional<Value> value = codec<Value>::decode(data, size);
        if (!value) {
            return false;
        }
        use(*value);
    } else if constexpr (std::is_trivially_copyable_v<Value>) {
        constexpr std::size_t expected = std::is_empty_v<Value> ? 0 : sizeof(Value);
        if (size != expected) {
            return false;
        }
        // A payload from C may lie at any address, so it is copied into place rather than pointed to.
        alignas(Value) unsigned char place[sizeof(Value)] = {};
        if constexpr (expected != 0) {
            std::memcpy(place, data, expected);
        }
        use(*std::launder(reinterpret_cast<Value*>(place)));
    } else {
        const bool aligned = reinterpret_cast<std::uintptr_t>(data) % alignof(box<Value>) == 0;
        if (data == nullptr || size != sizeof(box<Value>) || !aligned) {
            return false;
        }
        // The library shows every payload as constant; a box was handed over whole, and this is its only reader.
        auto* const owned = const_cast<box<Value>*>(static_cast<const box<Value>*>(data));
        if (owned->stamp != type_stamp<Value>()) {
            return false;
        }
        use(owned->value);
    }
    return true;
}

/// A payload as a `Message`, if the tag says so and it fits. `Raw` has it as an art_msg does.
template <class Message, class Raw>
std::optional<Message> read_as(const Raw& raw)
{
    std::optional<Message> read;
    if (raw.tag == tag_of<Message>) {
        with_value<Message>(raw.data, raw.len, [&read](Message& value) { read.emplace(std::move(value)); });
    }
    return read;
}
} // namespace detail

/// One message as it arrived, for handlers of what is not known at compile time. A view: valid until the handler returns.
class message {
public:
    explicit message(const art_msg& raw) noexcept : raw_(&raw) {}

    std::uint64_t tag() const noexcept { return raw_->tag; }
    const void* data() const noexcept { return raw_->data; }
    std::size_t size() const noexcept { return raw_->len; }
    /// The payload as text.
    std::string_view text() const noexcept
    {
        return raw_->len == 0 ? std::string_view() : std::string_view(static_cast<const char*>(raw_->data), raw_->len);
    }
    /// The actor that posted it; null if it came from the host or another thread.
    actor_ref<> sender() const noexcept { return actor_ref<>(raw_->sender); }
    /// Whether somebody waits for an answer.
    bool is_ask() const noexcept { return (raw_->flags & ART_MSG_ASK) != 0; }
    /// Whether a timer brought it.
    bool is_timer() const noexcept { return (raw_->flags & ART_MSG_TIMER) != 0; }
    /// Whether this is the last message of a waker: its last reference is gone.
    bool is_last_ring() const noexcept { return (raw_->flags & ART_MSG_LAST) != 0; }
    /// The timer that brought it.
    actor_rt::timer timer() const noexcept { return actor_rt::timer{is_timer() ? raw_->detail : 0}; }
    /// The C struct.
    const art_msg& raw() const noexcept { return *raw_; }

    /// The message as a `Message`, if it has its tag and a payload that fits.
    template <class Message>
    std::optional<Message> as() const
    {
        return detail::read_as<Message>(*raw_);
    }

private:
    const art_msg* raw_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_PAYLOAD_HPP
