/*
 * Owns: `detail::kept`, an object of the user's that is held without naming its type: a callback, mostly.
 *
 * One type holds all of them, since each instantiation of a smart pointer or a container costs every file of a user's.
 */
#ifndef ACTOR_RT_KEPT_HPP
#define ACTOR_RT_KEPT_HPP

#include "api.hpp"

#include <memory>
#include <type_traits>
#include <utility>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
struct kept {
    kept() = default;
    kept(const kept&) = delete;
    kept& operator=(const kept&) = delete;
    virtual ~kept() = default;

private:
    // For the shelf on which it may wait: under which number, and beside which others.
    friend class shelf;
    friend struct shelf_table;
    std::uint64_t key_ = 0;
    kept* older_ = nullptr;
    kept* newer_ = nullptr;
    kept* below_ = nullptr;
};

/// An owned one; null if there is none.
using owned = std::unique_ptr<kept>;

/// It, as the kind that the caller knows it to be.
template <class Kind>
Kind& as(const owned& one) noexcept
{
    return static_cast<Kind&>(*one);
}

/// Any object.
template <class Object>
struct kept_object final : kept {
    Object object;
    explicit kept_object(Object&& given) : object(std::move(given)) {}
};

template <class Object>
owned keep(Object object)
{
    return owned(new kept_object<Object>(std::move(object)));
}

/// The object that was kept, from what the library was given as `user`: the `kept` itself.
template <class Object>
Object& kept_in(void* user) noexcept
{
    return static_cast<kept_object<Object>*>(static_cast<kept*>(user))->object;
}
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_KEPT_HPP
