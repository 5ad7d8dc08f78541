/*
 * Owns: what is said of supervised actors before they are spawned: `supervision`, how an actor is restarted and ended by
 * its supervisor; `supervisor`, how it does that with its own children; and `actor_exit`, how an actor ended, as others
 * hear of it.
 *
 * Both are values without a life of their own: thin builders over the C structs, whose defaults they keep.
 */
#ifndef ACTOR_RT_SUPERVISION_HPP
#define ACTOR_RT_SUPERVISION_HPP

#include "options.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// When an actor is started again after it has ended by itself.
enum class restart : std::uint32_t {
    transient = ART_RESTART_TRANSIENT, ///< if it failed or was killed
    permanent = ART_RESTART_PERMANENT, ///< always
    temporary = ART_RESTART_TEMPORARY, ///< never
};

/// Who is restarted with a child that has failed.
enum class strategy : std::uint32_t {
    one_for_one = ART_STRATEGY_ONE_FOR_ONE,   ///< nobody else
    one_for_all = ART_STRATEGY_ONE_FOR_ALL,   ///< all its siblings
    rest_for_one = ART_STRATEGY_REST_FOR_ONE, ///< those that were started after it
};

/// When a supervisor ends with its children.
enum class auto_shutdown : std::uint32_t {
    off = ART_AUTO_SHUTDOWN_NEVER,             ///< never
    any_significant = ART_AUTO_SHUTDOWN_ANY, ///< when one that is significant has ended by itself for good
    all_significant = ART_AUTO_SHUTDOWN_ALL, ///< when all that are significant have
};

/// How an actor is restarted and ended; a default one: when it failed, at once, with five seconds for its end.
class supervision {
public:
    /// When it is started again.
    supervision& restart(actor_rt::restart when) noexcept
    {
        raw_.restart = static_cast<std::uint32_t>(when);
        return *this;
    }
    /// How long it may take to stop; then it is killed.
    template <class Rep, class Period>
    supervision& shutdown(std::chrono::duration<Rep, Period> within) noexcept
    {
        raw_.shutdown = ART_SHUTDOWN_STOP;
        raw_.shutdown_ns = detail::delay_ns(within);
        return *this;
    }
    /// Its supervisor ends it by a kill.
    supervision& shutdown_by_kill() noexcept
    {
        raw_.shutdown = ART_SHUTDOWN_KILL;
        return *this;
    }
    /// Its supervisor waits for its end as long as that takes.
    supervision& shutdown_without_limit() noexcept
    {
        raw_.shutdown = ART_SHUTDOWN_INFINITE;
        return *this;
    }
    /// A limit of its own: so many restarts within so long, besides what its supervisor allows for all its children.
    template <class Rep, class Period>
    supervision& intensity(std::uint32_t restarts, std::chrono::duration<Rep, Period> within) noexcept
    {
        raw_.max_restarts = restarts;
        raw_.restart_period_ns = detail::delay_ns(within);
        return *this;
    }
    /// The period of `intensity` begins with the start, and anew with the first failure after its end.
    supervision& anchored() noexcept { return flag(ART_SUPERVISION_ANCHORED); }
    /// Restarts wait: the first in a row `first`, each next one longer, up to `most`. Messages wait meanwhile.
    template <class Rep, class Period, class MostRep, class MostPeriod>
    supervision& backoff(std::chrono::duration<Rep, Period> first, std::chrono::duration<MostRep, MostPeriod> most) noexcept
    {
        raw_.backoff_first_ns = detail::delay_ns(first);
        raw_.backoff_most_ns = detail::delay_ns(most);
        return *this;
    }
    /// How long each wait is, in percent of the one before it: at least 100; 200, twice as long, unless given.
    supervision& backoff_factor(std::uint32_t percent) noexcept
    {
        raw_.backoff_factor_percent = percent;
        return *this;
    }
    /// The part of each wait that is random, in percent.
    supervision& backoff_jitter(std::uint32_t percent) noexcept
    {
        raw_.backoff_jitter_percent = percent;
        return *this;
    }
    /// Who has been ready for so long begins with the first wait again; after the longest wait unless given.
    template <class Rep, class Period>
    supervision& backoff_reset(std::chrono::duration<Rep, Period> after) noexcept
    {
        raw_.backoff_reset_ns = detail::delay_ns(after);
        return *this;
    }
    /// How long each start of it may take.
    template <class Rep, class Period>
    supervision& start_timeout(std::chrono::duration<Rep, Period> within) noexcept
    {
        raw_.start_timeout_ns = detail::delay_ns(within);
        return *this;
    }
    /// Its end may be that of its supervisor, see `auto_shutdown`.
    supervision& significant() noexcept { return flag(ART_SUPERVISION_SIGNIFICANT); }
    /// Its entry is kept when it has ended for good, so that `tree::restart` can start it anew.
    supervision& keep() noexcept { return flag(ART_SUPERVISION_KEEP); }
    /// Its object goes to its supervisor when it has ended for good, see `take_last`.
    supervision& return_state() noexcept { return flag(ART_SUPERVISION_RETURN_STATE); }

    /// The C struct.
    const art_supervision& raw() const noexcept { return raw_; }

private:
    supervision& flag(int bit) noexcept
    {
        raw_.flags |= static_cast<std::uint32_t>(bit);
        return *this;
    }

    art_supervision raw_ = ART_SUPERVISION_INIT;
};

/// How an actor, or the runtime's root, supervises its children; a default one: one for one, one restart in 5 seconds.
class supervisor {
public:
    /// Who is restarted with a child that has failed.
    supervisor& strategy(actor_rt::strategy whom) noexcept
    {
        raw_.strategy = static_cast<std::uint32_t>(whom);
        return *this;
    }
    /// So many restarts of all its children within so long are allowed; more are its own failure.
    template <class Rep, class Period>
    supervisor& intensity(std::uint32_t restarts, std::chrono::duration<Rep, Period> within) noexcept
    {
        raw_.max_restarts = restarts;
        raw_.period_ns = detail::delay_ns(within);
        return *this;
    }
    /// The period of `intensity` begins with the start, and anew with the first failure after its end.
    supervisor& anchored() noexcept
    {
        raw_.flags |= ART_SUPERVISOR_ANCHORED;
        return *this;
    }
    /// When it ends with its children.
    supervisor& auto_shutdown(actor_rt::auto_shutdown when) noexcept
    {
        raw_.auto_shutdown = static_cast<std::uint32_t>(when);
        return *this;
    }

    /// The C struct.
    const art_supervisor& raw() const noexcept { return raw_; }

private:
    art_supervisor raw_ = ART_SUPERVISOR_INIT;
};

/// What an actor was doing when it ended.
enum class phase : std::uint32_t {
    spawned = ART_PHASE_SPAWNED,
    create = ART_PHASE_CREATE,
    ready = ART_PHASE_READY,
    message = ART_PHASE_MESSAGE,
    stop = ART_PHASE_STOP,
};

/// What has become of a child.
enum class child_event : std::uint32_t {
    ended = ART_CHILD_ENDED,         ///< for good
    started = ART_CHILD_STARTED,     ///< it is ready for the first time; there is no end to speak of
    restarted = ART_CHILD_RESTARTED, ///< it is ready again; the rest says how the one before it ended
};

/// How an actor ended, as its monitors, links and supervisor hear of it. A view: valid during the call that it was given to.
class actor_exit {
public:
    explicit actor_exit(const art_exit& raw) noexcept : raw_(&raw) {}

    /// Who.
    actor_ref<> actor() const noexcept { return actor_ref<>(raw_->actor); }
    stop_kind kind() const noexcept { return static_cast<stop_kind>(raw_->kind); }
    /// The exit reason: the status it failed with or was stopped with.
    status reason() const noexcept { return status(raw_->reason); }
    /// The text that goes with the reason, such as the `what()` of the exception; empty if there is none.
    std::string_view text() const noexcept
    {
        return {reinterpret_cast<const char*>(raw_) + raw_->struct_size, raw_->text_len};
    }
    actor_rt::phase phase() const noexcept { return static_cast<actor_rt::phase>(raw_->phase); }
    /// Told to a supervisor: what has become of the child.
    child_event event() const noexcept { return static_cast<child_event>(raw_->event); }
    /// The C struct.
    const art_exit& raw() const noexcept { return *raw_; }

private:
    const art_exit* raw_;
};

/// What is to become of an actor whose child fails too often.
enum class escalation : std::int32_t {
    restart = ART_ESCALATION_RESTART, ///< it fails itself, and its own supervisor counts that
    stop = ART_ESCALATION_STOP,       ///< it stops
    ignore = ART_ESCALATION_IGNORE,   ///< nothing: the child stays dead
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SUPERVISION_HPP
