/*
 * Owns: payloads as bytes, for whoever is not to copy them: `payload`, that of a message which is kept longer than its handler; and
 * buffers of what the program has already.
 *
 *     kept = actor_rt::take(cx);                                       // of the message that is being handled
 *     rt.post_buffer(to, tag, actor_rt::share_bytes(std::move(picture)));
 */
#ifndef ACTOR_RT_BYTES_HPP
#define ACTOR_RT_BYTES_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// A payload that belongs to this object. Move-only.
class payload {
public:
    payload() noexcept = default;
    /// Takes over what the C functions have filled.
    explicit payload(const art_payload& raw) noexcept : raw_(raw) {}
    payload(payload&& other) noexcept : raw_(std::exchange(other.raw_, art_payload ART_PAYLOAD_INIT)) {}
    payload& operator=(payload&& other) noexcept
    {
        payload taken(std::move(other));
        std::swap(raw_, taken.raw_);
        return *this;
    }
    ~payload()
    {
        if (raw_.drop != nullptr) {
            raw_.drop(raw_.data, raw_.len, raw_.drop_user, ART_DROP_DELIVERED);
        }
    }

    const void* data() const noexcept { return raw_.data; }
    std::size_t size() const noexcept { return raw_.len; }
    std::string_view text() const noexcept
    {
        return raw_.len == 0 ? std::string_view() : std::string_view(static_cast<const char*>(raw_.data), raw_.len);
    }

    /// Gives it to the caller, who calls its `drop`.
    art_payload release() noexcept { return std::exchange(raw_, art_payload ART_PAYLOAD_INIT); }

private:
    art_payload raw_ = ART_PAYLOAD_INIT;
};

/// Takes the payload of the message that is being handled, whose `data` is not to be used from here on. Empty if there is no message,
/// or its payload was taken.
inline payload take(context& cx) noexcept
{
    art_payload taken = ART_PAYLOAD_INIT;
    return ACTOR_RT_CALL(context_take)(cx.get_context(), &taken) == ART_OK ? payload(taken) : payload();
}

/// Posts a payload with a tag of the caller's, without a copy. It is consumed, whatever the result.
inline status post_payload(owner_side& where, actor_ref<> to, std::uint64_t tag, payload bytes) noexcept
{
    const art_payload raw = bytes.release();
    return status(ACTOR_RT_CALL(post_owned)(where.get(), to.id(), tag, raw.data, raw.len, raw.drop, raw.drop_user));
}

/// A buffer of what lies in a container, a `std::string` or a `std::vector` of numbers, which is moved and not copied. It is destroyed with
/// the last reference, on whatever thread that goes. Empty on failure, with the reason in `result`.
template <class Container>
[[nodiscard]] buffer try_share_bytes(status& result, Container bytes)
{
    using element = std::remove_pointer_t<decltype(bytes.data())>;
    static_assert(std::is_trivially_copyable_v<element>, "what is shared is bytes");
    const auto drop = [](void*, std::size_t, void* user, std::uint32_t) noexcept { delete static_cast<Container*>(user); };
    auto* const held = new Container(std::move(bytes));
    void* const data = const_cast<std::remove_const_t<element>*>(held->data());
    art_buffer* made = nullptr;
    result = status(ACTOR_RT_CALL(buffer_wrap)(data, held->size() * sizeof(element), drop, held, &made));
    return buffer::adopt(made);
}
/// The same; throws `error` if the library refuses.
template <class Container>
[[nodiscard]] buffer share_bytes(Container bytes)
{
    status result;
    buffer made = try_share_bytes(result, std::move(bytes));
    detail::check(result, nullptr);
    return made;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_BYTES_HPP
