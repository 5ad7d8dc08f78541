/*
 * Owns: `port`, where values are published for whoever has subscribed: nobody waits for a slow subscriber, who loses values and is
 * told how many.
 *
 *     actor_rt::port<reading> readings(rt);
 *     readings.subscribe(display, 10);              // at most ten wait for it
 *     readings.publish(reading{21.5});
 *
 * Subscribers get each value as a message; what they lost just before it says `losses`.
 *
 * Invariant: the port ends with this object, or with its runtime if that ends first.
 */
#ifndef ACTOR_RT_PORT_HPP
#define ACTOR_RT_PORT_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// What a subscriber loses if more values come than may wait.
enum class backlog : std::uint32_t {
    drop_oldest = ART_BACKLOG_DROP_OLDEST,
    drop_newest = ART_BACKLOG_DROP_NEWEST,
    fail = ART_BACKLOG_FAIL, ///< the new one, and it fails: for one that must not miss anything
};

/// How many values of a port its subscriber lost just before this one.
inline std::uint64_t losses(const message& value) noexcept { return value.raw().detail; }

/// Belongs to the owner thread; move-only.
template <class Message>
class port {
    static_assert(detail::copied<Message>, "subscribers share one copy: the message has to be trivially copyable or to have a codec");

public:
    /// A port without subscribers. Throws `error` if the library refuses.
    explicit port(const owner_side& where) : core_(where.share()) { detail::check(create(), rt()); }
    /// The same without exceptions: without an `id` on failure, with the reason in `result`.
    port(const owner_side& where, status& result) noexcept : core_(where.share()) { result = create(); }
    port(port&& other) noexcept : core_(std::move(other.core_)), id_(std::exchange(other.id_, 0)) {}
    port& operator=(port&& other) noexcept
    {
        port taken(std::move(other));
        std::swap(core_, taken.core_);
        std::swap(id_, taken.id_);
        return *this;
    }
    ~port()
    {
        if (id_ != 0 && rt() != nullptr) {
            (void)ACTOR_RT_CALL(port_destroy)(rt(), id_);
        }
    }

    /// Subscribes an actor to what is published from now on, or anew: then what waits by its older subscription is gone. At most
    /// `capacity` values wait for it.
    template <class Actor>
    status subscribe(actor_ref<Actor> actor, std::uint32_t capacity, backlog overflow = backlog::drop_oldest) noexcept
    {
        static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
        art_subscription how = ART_SUBSCRIPTION_INIT;
        how.tag = tag_of<Message>;
        how.capacity = capacity;
        how.overflow = static_cast<std::uint32_t>(overflow);
        return status(ACTOR_RT_CALL(port_subscribe)(rt(), id_, actor.id(), &how));
    }
    /// Ends a subscription; what waits is not delivered any more.
    status unsubscribe(actor_ref<> actor) noexcept { return status(ACTOR_RT_CALL(port_unsubscribe)(rt(), id_, actor.id())); }
    /// Queues a value for all who have subscribed; how many those were goes to `taken`.
    status publish(const Message& value, std::size_t* taken = nullptr)
    {
        return status(detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(port_publish)(rt(), id_, data, size, taken);
        }));
    }
    /// The same with shared bytes, of which subscribers get a reference each. That they are those of a `Message` is the caller's word.
    status publish_buffer(buffer bytes, std::size_t* taken = nullptr) noexcept
    {
        return status(ACTOR_RT_CALL(port_publish_buffer)(rt(), id_, bytes.release(), taken));
    }
    /// How many have subscribed, and were alive when something was published last.
    std::size_t subscribers() const noexcept
    {
        std::size_t count = 0;
        (void)ACTOR_RT_CALL(port_subscribers)(rt(), id_, &count);
        return count;
    }

    /// The id, for the C functions; 0 after a move.
    art_port id() const noexcept { return id_; }

private:
    art_runtime* rt() const noexcept { return core_ ? core_->rt : nullptr; }
    status create() noexcept { return status(ACTOR_RT_CALL(port_create)(rt(), &id_)); }

    std::shared_ptr<detail::core> core_;
    art_port id_ = 0;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_PORT_HPP
