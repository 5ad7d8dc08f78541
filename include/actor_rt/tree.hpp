/*
 * Owns: `tree`, the actors of a runtime as supervisors and children: who is whose, and what an administrator does with them
 * while they run; links; and the end of all of them in order.
 *
 *     actor_rt::tree of(rt);
 *     for (const actor_rt::actor_ref<> child : of.children(boss)) { of.terminate(child); }
 *     of.terminate_all(5s, [](const std::vector<actor_rt::actor_ref<>>& killed) { … });
 *
 * A tree is a view of a `runtime` or a `context`, and as short-lived as that. An empty reference means the root: the
 * supervisor of those that have no parent.
 */
#ifndef ACTOR_RT_TREE_HPP
#define ACTOR_RT_TREE_HPP

#include "listing.hpp"
#include "once.hpp"
#include "standing.hpp"

#include <cstring>

ACTOR_RT_BEGIN_NAMESPACE

/// How many children a supervisor has, see art_child_counts.
using child_counts = art_child_counts;

/// Where a child is.
enum class child_status : std::uint32_t {
    starting = ART_CHILD_STATUS_STARTING,
    running = ART_CHILD_STATUS_RUNNING,
    waiting = ART_CHILD_STATUS_WAITING, ///< for its next start
    ended = ART_CHILD_STATUS_ENDED,     ///< for good, and its entry is kept
};

/// A child, as its supervisor knows it.
struct child_info {
    actor_ref<> actor;
    child_status status = child_status::starting;
    actor_rt::restart restart = actor_rt::restart::transient;
    std::uint32_t restarts = 0;
    bool significant = false;
    bool is_supervisor = false;
    std::string name;
};

/// That an actor whose restarts are watched was restarted and is ready.
struct restarted {
    actor_ref<> actor;
    std::uint64_t times; ///< By now.

    /// The message as such news, if it is that.
    static std::optional<restarted> read(const message& one) noexcept
    {
        if (one.tag() != ART_TAG_RESTARTED) {
            return std::nullopt;
        }
        restarted news = {one.sender(), 0};
        std::memcpy(&news.times, one.data(), sizeof(news.times));
        return news;
    }
};

/// The object of a child that has ended for good. Belongs to whoever took it, on the owner thread; move-only.
template <class Child>
class last_state {
public:
    last_state() noexcept = default;
    /// For `take_last`.
    explicit last_state(detail::cell<Child>* taken) noexcept : cell_(taken) {}

    explicit operator bool() const noexcept { return cell_ != nullptr; }
    Child& operator*() const noexcept { return cell_->actor; }
    Child* operator->() const noexcept { return std::addressof(cell_->actor); }

private:
    std::unique_ptr<detail::cell<Child>> cell_;
};

/// Inside `on_child`, told that a child has ended which was spawned with `supervision::return_state`: takes its object, which is
/// destroyed otherwise when the handler returns. Empty if there is none, or it was taken. That the child is a `Child` is the
/// caller's word.
template <class Child>
last_state<Child> take_last(context& cx) noexcept
{
    void* taken = nullptr;
    (void)ACTOR_RT_CALL(context_take_state)(cx.get_context(), &taken);
    return last_state<Child>(static_cast<detail::cell<Child>*>(taken));
}

class tree {
public:
    explicit tree(const owner_side& where) noexcept : core_(where.core_) {}

    /// A supervisor's children, the oldest first.
    std::vector<actor_ref<>> children(actor_ref<> supervisor = {}) const
    {
        return detail::ids<void>([&](art_actor* to, std::size_t capacity, std::size_t* count) {
            return ACTOR_RT_CALL(children)(rt(), supervisor.id(), to, capacity, count);
        });
    }
    /// How many; all zero if there is no such supervisor.
    child_counts count(actor_ref<> supervisor = {}) const noexcept
    {
        child_counts counts = ART_CHILD_COUNTS_INIT;
        (void)ACTOR_RT_CALL(count_children)(rt(), supervisor.id(), &counts);
        return counts;
    }
    /// What a supervisor knows of a child, also of one that has ended and is kept; nothing if it is none of its children.
    std::optional<child_info> describe(actor_ref<> child, actor_ref<> supervisor = {}) const
    {
        art_child_info raw = ART_CHILD_INFO_INIT;
        status result;
        std::string name = detail::text([&](char* to, std::size_t size, std::size_t* length) {
            result = status(ACTOR_RT_CALL(child_describe)(rt(), supervisor.id(), child.id(), &raw, to, size, length));
            return result.code();
        });
        if (!result.ok()) {
            return std::nullopt;
        }
        return child_info{
            actor_ref<>(raw.actor),
            static_cast<child_status>(raw.status),
            static_cast<actor_rt::restart>(raw.restart),
            raw.restarts,
            (raw.flags & ART_CHILD_IS_SIGNIFICANT) != 0,
            (raw.flags & ART_CHILD_IS_SUPERVISOR) != 0,
            std::move(name),
        };
    }
    /// The supervisor of an actor; null if nobody supervises it, or the root does.
    actor_ref<> supervisor_of(actor_ref<> actor) const noexcept
    {
        art_actor found = 0;
        (void)ACTOR_RT_CALL(supervisor_of)(rt(), actor.id(), &found);
        return actor_ref<>(found);
    }

    /// Ends a child as its supervisor would; it is not restarted, and can be started anew with `restart`.
    status terminate(actor_ref<> child) const noexcept { return status(ACTOR_RT_CALL(child_terminate)(rt(), child.id())); }
    /// Starts a child anew that has ended and is kept. The actor that it is now; null, and the reason in `result`, if not.
    template <class Actor>
    actor_ref<Actor> restart(status& result, actor_ref<Actor> child, actor_ref<> supervisor = {}) const noexcept
    {
        art_actor made = 0;
        result = status(ACTOR_RT_CALL(child_restart)(rt(), supervisor.id(), child.id(), &made));
        return actor_ref<Actor>(made);
    }
    /// Forgets a child that has ended and is kept.
    status forget(actor_ref<> child, actor_ref<> supervisor = {}) const noexcept
    {
        return status(ACTOR_RT_CALL(child_forget)(rt(), supervisor.id(), child.id()));
    }
    /// Puts an actor, with all below it, under another supervisor.
    status adopt(actor_ref<> supervisor, actor_ref<> actor) const noexcept
    {
        return status(ACTOR_RT_CALL(adopt)(rt(), supervisor.id(), actor.id()));
    }
    /// Changes how an actor, or the root, supervises its children.
    status supervise(const supervisor& how, actor_ref<> actor = {}) const noexcept
    {
        return status(ACTOR_RT_CALL(set_supervisor)(rt(), actor.id(), &how.raw()));
    }

    /// Says that an actor which is `context::starting` is ready; ART_WRONG_STATE if it is already.
    status started(actor_ref<> actor) const noexcept { return status(ACTOR_RT_CALL(started)(rt(), actor.id())); }
    /// Has an actor told whenever another one was restarted and is ready, of which no monitor tells. See `restarted`.
    status watch_restarts(actor_ref<> watcher, actor_ref<> actor) const noexcept
    {
        return status(ACTOR_RT_CALL(restarts_monitor)(rt(), watcher.id(), actor.id()));
    }
    /// Ends that; ART_NOT_FOUND if it does not watch the actor's restarts.
    status unwatch_restarts(actor_ref<> watcher, actor_ref<> actor) const noexcept
    {
        return status(ACTOR_RT_CALL(restarts_demonitor)(rt(), watcher.id(), actor.id()));
    }
    /// Has `told(const actor_exit&)` called whenever a child of the root has failed too often and is gone, in the place of who was told
    /// before. What is to be done about it is the host's affair. As long as nobody is told, `options::log` gets a line at
    /// `log_level::error`, and a step says `shutdown`.
    template <class Told>
    status on_escalation(Told told) const
    {
        using standing = detail::standing<Told>;
        const auto call = [](void* user, const art_exit* exit) noexcept {
            standing::run(user, [&](Told& callback) { callback(actor_exit(*exit)); });
        };
        return standing::put(core_, detail::seat::escalation, std::move(told), [&](art_runtime* runtime, standing* kept) {
            return ACTOR_RT_CALL(on_escalation)(runtime, call, kept);
        });
    }

    /// Ends all children that a supervisor has now, then calls `done()`.
    template <class Done>
    status stop_children(actor_ref<> supervisor, Done done) const
    {
        return when_done(ACTOR_RT_CALL(stop_children), supervisor, std::move(done));
    }
    /// The same, but each handles what was sent to it before.
    template <class Done>
    status drain_children(actor_ref<> supervisor, Done done) const
    {
        return when_done(ACTOR_RT_CALL(drain_children), supervisor, std::move(done));
    }
    /// Ends all supervised actors in order. What is left after `within` is killed; `done(killed)` gets those as a
    /// `const std::vector<actor_ref<>>&`.
    template <class Rep, class Period, class Done>
    status terminate_all(std::chrono::duration<Rep, Period> within, Done done) const
    {
        using once = detail::once<Done>;
        std::uint64_t now = 0;
        (void)ACTOR_RT_CALL(now)(rt(), &now);
        const auto call = [](void* user, const art_actor* killed, std::size_t count) noexcept {
            once::run(user, [&](Done& callback) {
                callback(count == 0 ? std::vector<actor_ref<>>() : std::vector<actor_ref<>>(killed, killed + count));
            });
        };
        return once::hand_over(core_, std::move(done), [&](art_runtime* runtime, once* kept) {
            return ACTOR_RT_CALL(terminate)(runtime, detail::later(now, detail::delay_ns(within)), call, kept);
        });
    }

    /// Links two actors: if one fails or is killed, so does the other, or it is told, see `trap_exits`.
    status link(actor_ref<> one, actor_ref<> other) const noexcept
    {
        return status(ACTOR_RT_CALL(link)(rt(), one.id(), other.id()));
    }
    /// Takes a link away.
    status unlink(actor_ref<> one, actor_ref<> other) const noexcept
    {
        return status(ACTOR_RT_CALL(unlink)(rt(), one.id(), other.id()));
    }
    /// Whether an actor is told of the ends of those that it is linked to (`on_exit`) instead of ending with them.
    status trap_exits(actor_ref<> actor, bool trap) const noexcept
    {
        return status(ACTOR_RT_CALL(trap_exits)(rt(), actor.id(), trap ? 1u : 0u));
    }
    /// Has `told(const actor_exit&)` called once when an actor has ended, also by the end of the runtime; for those who are
    /// no actors.
    template <class Told>
    status on_exit(actor_ref<> actor, Told told) const
    {
        using once = detail::once<Told>;
        const auto call = [](void* user, const art_exit* exit) noexcept {
            once::run(user, [&](Told& callback) { callback(actor_exit(*exit)); });
        };
        return once::hand_over(core_, std::move(told), [&](art_runtime* runtime, once* kept) {
            return ACTOR_RT_CALL(on_exit)(runtime, actor.id(), call, kept, nullptr);
        });
    }

private:
    art_runtime* rt() const noexcept { return core_ == nullptr ? nullptr : core_->rt; }

    template <class Function, class Done>
    status when_done(Function function, actor_ref<> supervisor, Done&& done) const
    {
        using once = detail::once<detail::bare<Done>>;
        const auto call = [](void* user) noexcept { once::run(user, [](detail::bare<Done>& callback) { callback(); }); };
        return once::hand_over(core_, std::forward<Done>(done), [&](art_runtime* runtime, once* kept) {
            return function(runtime, supervisor.id(), call, kept);
        });
    }

    detail::core* core_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_TREE_HPP
