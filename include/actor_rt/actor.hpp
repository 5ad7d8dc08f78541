/*
 * Owns: `actor`, the base class of actors written in C++, and `actor_options`, how one of them is spawned.
 */
#ifndef ACTOR_RT_ACTOR_HPP
#define ACTOR_RT_ACTOR_HPP

#include "context.hpp"
#include "mailbox.hpp"
#include "supervision.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// Base of an actor that takes `Messages`:
///
///     struct counter : actor_rt::actor<counter, add, get> {
///         void on(actor_rt::context&, const add& message) { total += message.amount; }
///         std::int64_t on(actor_rt::context&, const get&) { return total; }     // the answer, if it was an ask
///         std::int64_t total = 0;
///     };
///
/// For each message there is a public `on(context&, M)`, where M is the message by value, by reference, or by rvalue
/// reference to move out of it. What it returns answers an ask. The functions below may be redefined; they are found by
/// name and need no `virtual`.
template <class Self, class... Messages>
class actor {
public:
    using messages = message_list<Messages...>;

    /// The first thing that runs of the actor, inside a step.
    void on_start(context&) {}
    /// The last thing that runs of it, if it was stopped; not if it failed or was killed.
    void on_stop(context&, const stop_cause&) {}
    // Besides these a class may declare functions that are called only if they are there, and public; in another form they
    // do not compile:
    //   void on_started(context&)                           it is ready: before its first message, each time it is restarted
    //   void on_restart(context&, const actor_exit&)        it takes the place of one that ended so; before `on_started`
    //   void on_child(context&, const actor_exit&)          a child has started, was restarted or has ended for good
    //   void on_exit(context&, const actor_exit&)           one it is linked to has ended; needs `trap_exits`
    //   void on_stopping(context&, const actor_exit&)       told to stop, it has further turns until `context::stopped`
    //   escalation on_escalation(context&, const actor_exit&)  a child failed more often than is allowed
    //   reaction on_system(context&, system_message)        something is said to it that is said to any: see system.hpp
    //   void on_timer(context&, std::uint64_t number, std::uint32_t ticks)  a timer by number has ticked: see turns.hpp
    //   void on_run(context&)                               no message waits for it: see turns.hpp
    // An actor with any of them but `on_exit` is supervised, by the root if it has no parent.

    /// Takes every message that is none of `Messages`, or claims to be one but does not fit. Does nothing: an ask then
    /// ends with `outcome::no_reply`.
    void on_other(context&, const message&) {}

    /// A typed reference to the actor whose handler has this context.
    static actor_ref<Self> self(const context& cx) noexcept { return actor_ref<Self>(cx.self().id()); }

protected:
    actor() = default;
    ~actor() = default;
    actor(const actor&) = default;
    actor& operator=(const actor&) = default;
};

namespace detail {
struct spawning;

struct end_listener : kept {
    core* owner;
    explicit end_listener(core* home) noexcept : owner(home) {}
    virtual void ended(actor_ref<> actor, const stop_cause& cause) = 0;

    static void notify(void* user, art_actor actor, const art_stop_cause* cause) noexcept
    {
        const owned held(static_cast<end_listener*>(user));
        auto& self = as<end_listener>(held);
        (void)self.owner->guarded(nullptr, [&] { self.ended(actor_ref<>(actor), stop_cause(*cause)); });
    }

    /// The same for one that is told as a monitor is.
    static void told(void* user, const art_exit* exit) noexcept
    {
        const std::string_view text = actor_exit(*exit).text();
        const art_stop_cause cause = {
            sizeof(art_stop_cause), exit->kind, exit->reason, exit->phase, text.empty() ? nullptr : text.data(), text.size()};
        notify(user, exit->actor, &cause);
    }
};

template <class Callback>
struct typed_end_listener final : end_listener {
    Callback callback;
    explicit typed_end_listener(Callback&& given) : end_listener(nullptr), callback(std::move(given)) {}
    void ended(actor_ref<> actor, const stop_cause& cause) override { callback(actor, cause); }
};
} // namespace detail

/// How one actor is made, for `spawn_with` and `spawn_supervised`. Move-only.
class actor_options {
public:
    /// Its name in logs and traces.
    actor_options& name(std::string text) &
    {
        name_ = std::move(text);
        return *this;
    }
    actor_options&& name(std::string text) && { return std::move(name(std::move(text))); }
    /// Most messages that may wait for it; 0 for the runtime's default, ART_UNBOUNDED for no bound.
    actor_options& capacity(std::uint32_t messages) & noexcept
    {
        capacity_ = messages;
        return *this;
    }
    actor_options&& capacity(std::uint32_t messages) && noexcept { return std::move(capacity(messages)); }
    /// How it keeps its messages, instead of a `capacity` alone.
    actor_options& mailbox(const actor_rt::mailbox& how) & noexcept
    {
        mailbox_ = how;
        return *this;
    }
    actor_options&& mailbox(const actor_rt::mailbox& how) && noexcept { return std::move(mailbox(how)); }
    /// Its supervisor: it ends before that does, and with it.
    actor_options& parent(actor_ref<> above) & noexcept
    {
        parent_ = above;
        return *this;
    }
    actor_options&& parent(actor_ref<> above) && noexcept { return std::move(parent(above)); }
    /// How it supervises children of its own.
    actor_options& supervises(const supervisor& how) & noexcept
    {
        supervisor_ = how;
        return *this;
    }
    actor_options&& supervises(const supervisor& how) && noexcept { return std::move(supervises(how)); }
    /// Who hears that it has ended for good: `void(actor_ref<>, const stop_cause&)`, called once on the owner thread.
    template <class Callback>
    actor_options& on_end(Callback callback) &
    {
        listener_ = detail::owned(new detail::typed_end_listener<Callback>(std::move(callback)));
        return *this;
    }
    template <class Callback>
    actor_options&& on_end(Callback callback) &&
    {
        return std::move(on_end(std::move(callback)));
    }

private:
    friend struct detail::spawning;
    std::string name_;
    std::uint32_t capacity_ = 0;
    std::optional<actor_rt::mailbox> mailbox_;
    actor_ref<> parent_;
    std::optional<supervisor> supervisor_;
    detail::owned listener_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_ACTOR_HPP
