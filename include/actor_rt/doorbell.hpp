/*
 * Owns: `detail::doorbell`, a descriptor that becomes readable when any thread rings. Where there are none of that kind
 * (Windows) it cannot be made.
 */
#ifndef ACTOR_RT_DOORBELL_HPP
#define ACTOR_RT_DOORBELL_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
class doorbell {
public:
    /// Throws `error` if there is no descriptor to be had.
    doorbell()
    {
        check(status(ACTOR_RT_CALL(poll_create)(&raw_)), nullptr);
        check(status(ACTOR_RT_CALL(poll_attach)(raw_, &door_.raw())), nullptr);
    }
    doorbell(const doorbell&) = delete;
    doorbell& operator=(const doorbell&) = delete;
    ~doorbell() { ACTOR_RT_CALL(poll_unref)(raw_); }

    int fd() const noexcept { return ACTOR_RT_CALL(poll_fd)(raw_); }
    void ring() noexcept { door_.raw().wake(door_.raw().wake_user, 0); }
    void clear() const noexcept { (void)ACTOR_RT_CALL(poll_clear)(raw_); }

private:
    art_poll* raw_ = nullptr;
    options door_; // Of which only `wake` is used.
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_DOORBELL_HPP
