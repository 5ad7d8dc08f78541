/*
 * Owns: `spawn_lambdas`, which makes an actor of functions, one for each message.
 *
 *     const auto counter = actor_rt::spawn_lambdas(rt,
 *         [total = 0](actor_rt::context&, const add& message) mutable { return total += message.amount; },
 *         [](actor_rt::context& cx, const quit&) { cx.stop(); });
 *     rt.post(counter, add{3});
 *
 * What a function takes as its second parameter is the message. State that several of them share is captured by a
 * shared_ptr, or is a class of its own: see actor.hpp.
 */
#ifndef ACTOR_RT_LAMBDA_HPP
#define ACTOR_RT_LAMBDA_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
template <class Function>
struct second_parameter;
template <class Result, class Object, class First, class Message>
struct second_parameter<Result (Object::*)(First, Message)> {
    using type = bare<Message>;
};
template <class Result, class Object, class First, class Message>
struct second_parameter<Result (Object::*)(First, Message) const> {
    using type = bare<Message>;
};
template <class Result, class Object, class First, class Message>
struct second_parameter<Result (Object::*)(First, Message) noexcept> {
    using type = bare<Message>;
};
template <class Result, class Object, class First, class Message>
struct second_parameter<Result (Object::*)(First, Message) const noexcept> {
    using type = bare<Message>;
};

template <class Lambda>
using message_of = typename second_parameter<decltype(&Lambda::operator())>::type;

template <class... Lambdas>
struct lambdas : Lambdas... {
    using Lambdas::operator()...;
};
} // namespace detail

/// An actor of functions; made by `spawn_lambdas`. A reference to one converts to any `actor_ref<protocol<…>>` of its messages.
template <class... Lambdas>
class lambda_actor : public actor<lambda_actor<Lambdas...>, detail::message_of<Lambdas>...> {
public:
    explicit lambda_actor(Lambdas... given) : handlers_{std::move(given)...} {}

    template <class Message>
    auto on(context& cx, Message&& value) -> decltype(std::declval<detail::lambdas<Lambdas...>&>()(cx, std::forward<Message>(value)))
    {
        return handlers_(cx, std::forward<Message>(value));
    }

private:
    detail::lambdas<Lambdas...> handlers_;
};

/// Makes an actor of functions `(context&, Message)`, one for each message it takes; with options. Throws as `spawn_with`,
/// the twins as `try_spawn`.
template <class... Lambdas>
actor_ref<lambda_actor<Lambdas...>> spawn_lambdas_with(owner_side& where, actor_options&& how, Lambdas... handlers)
{
    return where.spawn_with<lambda_actor<Lambdas...>>(std::move(how), std::move(handlers)...);
}

template <class... Lambdas>
actor_ref<lambda_actor<Lambdas...>> try_spawn_lambdas_with(status& result, owner_side& where, actor_options&& how, Lambdas... handlers)
{
    return where.try_spawn<lambda_actor<Lambdas...>>(result, std::move(how), std::move(handlers)...);
}

/// The same without options.
template <class... Lambdas>
actor_ref<lambda_actor<Lambdas...>> spawn_lambdas(owner_side& where, Lambdas... handlers)
{
    return spawn_lambdas_with(where, actor_options(), std::move(handlers)...);
}
template <class... Lambdas>
actor_ref<lambda_actor<Lambdas...>> try_spawn_lambdas(status& result, owner_side& where, Lambdas... handlers)
{
    return try_spawn_lambdas_with(result, where, actor_options(), std::move(handlers)...);
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_LAMBDA_HPP
