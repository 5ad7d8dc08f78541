/*
 * Owns: pools in C++: actors of one class that share jobs, and are made anew when they fail.
 *
 *     const auto team = actor_rt::spawn_pool<resizer>(rt, actor_rt::pool_options().settings(actor_rt::pool_settings().size(4)));
 *     actor_rt::submit(rt, team, resize{"a.png"});
 *
 * A job is a message that the class takes. It is done when its handler returns, unless that keeps it (`keep_job`); a handler that throws
 * fails its worker, and the job is lost or tried again. What is said of pools in actor_rt.h holds here.
 *
 * Invariant: what the options hold belongs to the pool from the spawn on, and is freed when that is gone for good.
 */
#ifndef ACTOR_RT_POOL_HPP
#define ACTOR_RT_POOL_HPP

#include "once.hpp"

#include <cstring>

ACTOR_RT_BEGIN_NAMESPACE

/// How a pool chooses the worker for a job.
enum class router : std::uint32_t {
    first_idle = ART_ROUTER_FIRST_IDLE,         ///< whichever has least to do
    round_robin = ART_ROUTER_ROUND_ROBIN,       ///< one after the other
    key_persistent = ART_ROUTER_KEY_PERSISTENT, ///< the same for the same key
    sticky = ART_ROUTER_STICKY,                 ///< the one that has jobs of the key, else whichever has least to do
};

/// Which job goes when too many wait.
enum class discard : std::uint32_t {
    none = ART_DISCARD_NONE,
    newest = ART_DISCARD_NEWEST,
    oldest = ART_DISCARD_OLDEST, ///< of the least urgent ones
};

/// How urgent a job is.
enum class job_priority : std::uint32_t {
    highest = ART_JOB_HIGHEST,
    high = ART_JOB_HIGH,
    important = ART_JOB_IMPORTANT,
    normal = ART_JOB_NORMAL,
    best_effort = ART_JOB_BEST_EFFORT,
};

/// What became of a job. New ones may appear.
enum class job_fate : std::uint32_t {
    accepted = ART_JOB_ACCEPTED,
    expired = ART_JOB_EXPIRED,           ///< it waited longer than it may
    shed = ART_JOB_SHED,                 ///< there was no room for it
    shutdown = ART_JOB_SHUTDOWN,         ///< the pool drains, or has ended
    rate_limited = ART_JOB_RATE_LIMITED, ///< more came than the rate lets through
    lost = ART_JOB_LOST,                 ///< its worker was lost, or said that it had failed
};

/// A word for what became of a job.
inline const char* to_string(job_fate fate) noexcept
{
    switch (fate) {
    case job_fate::accepted: return "accepted";
    case job_fate::expired: return "expired";
    case job_fate::shed: return "shed";
    case job_fate::shutdown: return "shutdown";
    case job_fate::rate_limited: return "rate limited";
    case job_fate::lost: return "lost";
    }
    return "unknown";
}

/// What there is to do for a pool, and what became of its jobs; see art_pool_counts.
using pool_counts = art_pool_counts;
/// What happens to a pool; see art_pool_event.
using pool_event = art_pool_event;

/// Names a job that its worker has kept. Owns nothing.
struct job_token {
    art_job_token id = 0;
    constexpr explicit operator bool() const noexcept { return id != 0; }
};

/// What became of a job. A view: valid as long as the call that brings it.
class job_outcome {
public:
    explicit job_outcome(const art_job_outcome& raw) noexcept : raw_(&raw) {}
    job_fate fate() const noexcept { return static_cast<job_fate>(raw_->reason); }
    std::uint64_t key() const noexcept { return raw_->key; }
    /// The actor whose handler submitted it; null if none did.
    actor_ref<> sender() const noexcept { return actor_ref<>(raw_->sender); }
    /// The job itself, if it is a `Message` and came back: one that was not accepted, or waited in vain.
    template <class Message>
    std::optional<Message> as() const
    {
        return detail::read_as<Message>(*raw_);
    }
    /// The C struct.
    const art_job_outcome& raw() const noexcept { return *raw_; }

private:
    const art_job_outcome* raw_;
};

/// Whether a pool has accepted a job, as the actor hears that the job named (`job_options::asker`). A view: valid until the handler of
/// its message returns.
class job_news {
public:
    /// The message as such news, if it is that.
    static std::optional<job_news> read(const message& one) noexcept
    {
        return one.tag() == ART_TAG_JOB ? std::optional<job_news>(job_news(one)) : std::nullopt;
    }

    job_fate fate() const noexcept { return static_cast<job_fate>(raw_->status); }
    /// Who says so.
    actor_ref<> pool() const noexcept { return actor_ref<>(raw_->sender); }
    /// The job itself, which comes back if it was not accepted. That it is a `Message` is the caller's word.
    template <class Message>
    std::optional<Message> as() const
    {
        std::optional<Message> back;
        if (fate() != job_fate::accepted) {
            detail::with_value<Message>(raw_->data, raw_->len, [&back](Message& value) { back.emplace(std::move(value)); });
        }
        return back;
    }

private:
    explicit job_news(const message& one) noexcept : raw_(&one.raw()) {}

    const art_msg* raw_;
};

/// What can be said of a pool at any time: a thin builder over art_pool_settings.
class pool_settings {
public:
    /// Workers.
    pool_settings& size(std::uint32_t workers) noexcept { return with([&] { raw_.size = workers; }); }
    /// How many jobs a worker may have at once.
    pool_settings& in_flight(std::uint32_t jobs) noexcept { return with([&] { raw_.in_flight = jobs; }); }
    /// How many jobs may wait in each queue, and which one goes when there are more.
    pool_settings& limit(std::uint64_t jobs, discard which = discard::newest) noexcept
    {
        return with([&] {
            raw_.limit = jobs;
            raw_.discard = static_cast<std::uint32_t>(which);
        });
    }
    /// After how long without a sign of life (`job_alive`) from a worker that has a job the pool's listener is told.
    template <class Rep, class Period>
    pool_settings& silence(std::chrono::duration<Rep, Period> after) noexcept
    {
        return with([&] { raw_.silence_ns = detail::delay_ns(after); });
    }
    /// A worker that is silent for so long is killed, too, and made anew.
    pool_settings& kill_silent() noexcept { return with([&] { raw_.flags |= ART_POOL_KILL_SILENT; }); }
    /// The C struct.
    const art_pool_settings& raw() const noexcept { return raw_; }

private:
    template <class Set>
    pool_settings& with(Set&& set) noexcept
    {
        set();
        return *this;
    }

    art_pool_settings raw_ = ART_POOL_SETTINGS_INIT;
};

namespace detail {
/// The functions of a pool's options.
struct pool_calls {
    core* owner = nullptr;
    owned chooser;
    owned loser;
    owned listener;
    owned sizer;
    owned limiter;
    std::uint64_t (*choose)(void*, std::uint64_t, std::uint64_t) = nullptr;
    void (*discarded)(void*, const job_outcome&) = nullptr;
    void (*event)(void*, const pool_event&) = nullptr;

    static pool_calls& of(void* user) noexcept { return *static_cast<pool_calls*>(user); }
    static std::uint64_t on_choose(void* user, std::uint64_t key, std::uint64_t size) noexcept
    {
        return of(user).choose(of(user).chooser.get(), key, size);
    }
    static std::uint32_t on_discarded(void* user, const art_job_outcome* outcome) noexcept
    {
        (void)of(user).owner->guarded(nullptr, [&] { of(user).discarded(of(user).loser.get(), job_outcome(*outcome)); });
        return 0;
    }
    static void on_event(void* user, const art_pool_event* event) noexcept
    {
        (void)of(user).owner->guarded(nullptr, [&] { of(user).event(of(user).listener.get(), *event); });
    }
    static void drop(void* user) noexcept { delete &of(user); }

    /// Calls a function of this type about what the pool has to do.
    template <class Ask>
    static std::uint64_t about(void* user, const art_pool_counts* now) noexcept
    {
        return kept_in<Ask>(user)(*now);
    }
};
struct pooling;
} // namespace detail

/// How a pool is made. Move-only, used up by making one.
class pool_options {
public:
    /// What can be changed later.
    pool_options&& settings(const pool_settings& how) && noexcept
    {
        settings_ = how;
        return std::move(*this);
    }
    /// How the worker for a job is chosen.
    pool_options&& route(router how) && noexcept
    {
        raw_.router = static_cast<std::uint32_t>(how);
        return std::move(*this);
    }
    /// The same by a function: `std::uint64_t(std::uint64_t key, std::uint64_t size)` says the worker's number. It must not throw.
    template <class Choose>
    pool_options&& route_by(Choose choose) &&
    {
        raw_.router = ART_ROUTER_CUSTOM;
        calls().chooser = detail::keep(std::move(choose));
        calls().choose = [](void* user, std::uint64_t key, std::uint64_t size) -> std::uint64_t {
            return detail::kept_in<Choose>(user)(key, size);
        };
        return std::move(*this);
    }
    /// Has it asked again and again how many workers there are to be: `std::uint64_t(const pool_counts&)`, zero leaves it. It must not
    /// throw. Until the pool drains.
    template <class Rep, class Period, class Ask>
    pool_options&& size_by(std::chrono::duration<Rep, Period> every, Ask ask) &&
    {
        raw_.size_every_ns = detail::delay_ns(every);
        raw_.size_now = &detail::pool_calls::about<Ask>;
        calls().sizer = detail::keep(std::move(ask));
        raw_.size_user = calls().sizer.get();
        return std::move(*this);
    }
    /// Has it asked how many jobs may wait in each queue, not more often than this: `std::uint64_t(const pool_counts&)`, in the place of
    /// the limit in its settings, until it gets others. It must not throw. `which` job goes when there are more is said here, too.
    template <class Rep, class Period, class Ask>
    pool_options&& limit_by(std::chrono::duration<Rep, Period> every, Ask ask, discard which = discard::newest) &&
    {
        limit_every_ = detail::delay_ns(every);
        limit_now_ = &detail::pool_calls::about<Ask>;
        limit_discard_ = which;
        calls().limiter = detail::keep(std::move(ask));
        return std::move(*this);
    }
    /// No more jobs than these are let through within so long.
    template <class Rep, class Period>
    pool_options&& rate(std::uint32_t jobs, std::chrono::duration<Rep, Period> within) && noexcept
    {
        raw_.rate_jobs = jobs;
        raw_.rate_ns = detail::delay_ns(within);
        return std::move(*this);
    }
    /// So many restarts of workers are allowed within so long, before the pool fails; 1000 in a second unless said.
    template <class Rep, class Period>
    pool_options&& intensity(std::uint32_t restarts, std::chrono::duration<Rep, Period> within) && noexcept
    {
        raw_.max_restarts = restarts;
        raw_.restart_period_ns = detail::delay_ns(within);
        return std::move(*this);
    }
    /// Its name in logs and traces; workers are called name/number.
    pool_options&& name(std::string text) &&
    {
        name_ = std::move(text);
        return std::move(*this);
    }
    /// Its supervisor.
    pool_options&& parent(actor_ref<> above) && noexcept
    {
        raw_.parent = above.id();
        return std::move(*this);
    }
    /// How the pool itself is restarted and ended.
    pool_options&& supervised(const supervision& care) && noexcept
    {
        care_ = care;
        return std::move(*this);
    }
    /// How its workers are ended, and how long they wait before they are made anew, which they always are.
    pool_options&& workers(const supervision& care) && noexcept
    {
        workers_ = care;
        return std::move(*this);
    }
    /// Who hears of each job that was accepted, or whose sender did not want to know, and that is not done:
    /// `void(const job_outcome&)`.
    template <class Callback>
    pool_options&& on_discarded(Callback callback) &&
    {
        calls().loser = detail::keep(std::move(callback));
        calls().discarded = [](void* user, const job_outcome& outcome) { detail::kept_in<Callback>(user)(outcome); };
        return std::move(*this);
    }
    /// Who hears what happens to the pool: `void(const pool_event&)`.
    template <class Callback>
    pool_options&& on_event(Callback callback) &&
    {
        calls().listener = detail::keep(std::move(callback));
        calls().event = [](void* user, const pool_event& event) { detail::kept_in<Callback>(user)(event); };
        return std::move(*this);
    }

private:
    friend struct detail::pooling;
    detail::pool_calls& calls()
    {
        if (!calls_) {
            calls_ = std::make_unique<detail::pool_calls>();
        }
        return *calls_;
    }

    art_pool_config raw_ = ART_POOL_CONFIG_INIT;
    std::optional<pool_settings> settings_;
    std::optional<supervision> care_;
    std::optional<supervision> workers_;
    std::uint64_t limit_every_ = 0;
    art_limit_fn limit_now_ = nullptr;
    discard limit_discard_ = discard::none;
    std::string name_;
    std::unique_ptr<detail::pool_calls> calls_;
};

/// Refers to a pool of `Worker`s: an id, as an actor_ref is one, but what it takes are jobs.
template <class Worker>
class pool_ref {
public:
    constexpr pool_ref() noexcept = default;
    /// Takes an id from C; that the workers take `Worker`'s messages is the caller's word.
    constexpr explicit pool_ref(art_actor id) noexcept : id_(id) {}
    /// The pool as an actor: to monitor, stop, link or kill.
    constexpr actor_ref<> actor() const noexcept { return actor_ref<>(id_); }
    constexpr art_actor id() const noexcept { return id_; }
    constexpr explicit operator bool() const noexcept { return id_ != 0; }

private:
    art_actor id_ = 0;
};

/// How a job is to be treated.
class job_options {
public:
    /// What it belongs to, for the routers that go by that.
    job_options& key(std::uint64_t number) noexcept { return with([&] { raw_.key = number; }); }
    job_options& priority(job_priority how) noexcept { return with([&] { raw_.priority = static_cast<std::uint32_t>(how); }); }
    /// How often it is tried again. Only for messages that travel as bytes: of others there is one.
    job_options& retries(std::uint32_t times) noexcept { return with([&] { raw_.retries = times; }); }
    /// How long it may wait.
    template <class Rep, class Period>
    job_options& time_to_live(std::chrono::duration<Rep, Period> at_most) noexcept
    {
        return with([&] { raw_.time_to_live_ns = detail::delay_ns(at_most); });
    }
    /// Who is told by a message whether the pool has accepted it, see `job_news`; for a `submit` without a function that is told.
    job_options& asker(actor_ref<> who) noexcept { return with([&] { raw_.asker = who.id(); }); }
    /// It waits, however many do, and goes for no other one.
    job_options& keep() noexcept { return with([&] { raw_.flags |= ART_JOB_KEEP; }); }
    /// The C struct.
    const art_job& raw() const noexcept { return raw_; }

private:
    template <class Set>
    job_options& with(Set&& set) noexcept
    {
        set();
        return *this;
    }

    art_job raw_ = ART_JOB_INIT;
};

namespace detail {
struct pooling {
    template <class Worker, class Factory>
    static status spawn(core& owner, pool_options&& how, Factory factory, art_actor& made)
    {
        using maker = detail::maker<Worker, Factory>;
        const art_actor_hooks hooks = detail::hooks<Worker>::table();
        art_actor_config worker = ART_ACTOR_CONFIG_INIT;
        worker.vtable = &maker::vtable();
        worker.hooks = detail::hooks<Worker>::any ? &hooks : nullptr;
        worker.flags = detail::hooks<Worker>::flags;
        worker.supervision = how.workers_ ? &how.workers_->raw() : nullptr;
        art_pool_config config = how.raw_;
        config.worker = &worker;
        art_pool_settings settings = how.settings_.value_or(pool_settings()).raw();
        config.settings = &settings;
        if (how.limit_now_ != nullptr) {
            settings.discard = static_cast<std::uint32_t>(how.limit_discard_);
            settings.limit_every_ns = how.limit_every_;
            settings.limit_now = how.limit_now_;
            settings.limit_user = how.calls().limiter.get();
        }
        config.supervision = how.care_ ? &how.care_->raw() : nullptr;
        config.name = how.name_.empty() ? nullptr : how.name_.data();
        config.name_len = how.name_.size();
        pool_calls& calls = how.calls();
        calls.owner = &owner;
        config.choose = calls.choose == nullptr ? nullptr : &pool_calls::on_choose;
        config.discarded = calls.discarded == nullptr ? nullptr : &pool_calls::on_discarded;
        config.event = calls.event == nullptr ? nullptr : &pool_calls::on_event;
        config.user_drop = &pool_calls::drop;
        worker.argument_drop = &maker::drop;
        worker.argument = new maker{&owner, std::move(factory)};
        config.user = how.calls_.release();
        return status(ACTOR_RT_CALL(pool_spawn)(owner.rt, &config, &made)); // Consumes both, whatever it answers.
    }

    template <class Message>
    static status submit(art_runtime* rt, art_actor pool, Message&& value, const art_job& how)
    {
        using type = bare<Message>;
        art_job job = how;
        job.tag = tag_of<type>;
        return detail::send(
            std::forward<Message>(value),
            [&](const void* data, std::size_t size) { return ACTOR_RT_CALL(pool_submit)(rt, pool, &job, data, size); },
            [&](void* data, std::size_t size, art_drop_fn drop) {
                return ACTOR_RT_CALL(pool_submit_owned)(rt, pool, &job, data, size, drop, nullptr);
            });
    }
};
} // namespace detail

/// Makes a pool whose workers are constructed, each inside a step, from copies of these arguments. Throws `error` if the library
/// refuses, and what copying the arguments throws; the twin is null then, with the reason in `result`.
template <class Worker, class... Arguments>
pool_ref<Worker> try_spawn_pool(status& result, owner_side& where, pool_options&& how, Arguments&&... arguments)
{
    const std::shared_ptr<detail::core> home = where.share();
    result = detail::running(home.get());
    art_actor made = 0;
    if (result.ok()) {
        result = detail::pooling::spawn<Worker>(
            *home, std::move(how), detail::from_copies<Worker>(std::forward<Arguments>(arguments)...), made);
    }
    return pool_ref<Worker>(made);
}
template <class Worker, class... Arguments>
pool_ref<Worker> spawn_pool(owner_side& where, pool_options&& how, Arguments&&... arguments)
{
    status result;
    const pool_ref<Worker> made = try_spawn_pool<Worker>(result, where, std::move(how), std::forward<Arguments>(arguments)...);
    detail::check(result, where.get());
    return made;
}

/// Submits a job. ART_OK means that the pool will hear of it; if it does not accept it, that is discarded.
template <class Worker, class Message>
status submit(owner_side& where, pool_ref<Worker> to, Message&& value, const job_options& how = job_options())
{
    static_assert(detail::accepts<Worker, Message>(), "these workers do not take this message");
    return detail::pooling::submit(where.get(), to.id(), std::forward<Message>(value), how.raw());
}

/// The same; `told(const job_outcome&)` is called once and says whether the pool has accepted it: in a later step, or by the end of the
/// runtime. Not if this fails.
template <class Worker, class Message, class Told>
status submit(owner_side& where, pool_ref<Worker> to, Message&& value, const job_options& how, Told told)
{
    static_assert(detail::accepts<Worker, Message>(), "these workers do not take this message");
    using once = detail::once<Told>;
    const std::shared_ptr<detail::core> home = where.share();
    if (home == nullptr || home->rt == nullptr) {
        return status(home == nullptr ? ART_NULL_POINTER : ART_CLOSED);
    }
    art_job job = how.raw();
    job.told = [](void* user, const art_job_outcome* outcome) noexcept -> std::uint32_t {
        once::run(user, [&](Told& callback) { callback(job_outcome(*outcome)); });
        return 0;
    };
    return once::hand_over(home.get(), std::move(told), [&](art_runtime* rt, once* kept) {
        job.user = kept;
        return detail::pooling::submit(rt, to.id(), std::forward<Message>(value), job).code();
    });
}

/// Submits shared bytes as a job, of which each try has a reference. That they are those of a `Message` is the caller's word.
template <class Message, class Worker>
status submit_buffer(owner_side& where, pool_ref<Worker> to, buffer bytes, const job_options& how = job_options()) noexcept
{
    static_assert(detail::accepts<Worker, Message>(), "these workers do not take this message");
    art_job job = how.raw();
    job.tag = tag_of<Message>;
    return status(ACTOR_RT_CALL(pool_submit_buffer)(where.get(), to.id(), &job, bytes.release()));
}

/// Gives a pool other settings, which hold when it comes to them.
template <class Worker>
status set(owner_side& where, pool_ref<Worker> pool, const pool_settings& settings) noexcept
{
    return status(ACTOR_RT_CALL(pool_set_settings)(where.get(), pool.id(), &settings.raw()));
}
/// Changes how many workers a pool has.
template <class Worker>
status resize(owner_side& where, pool_ref<Worker> pool, std::uint32_t size) noexcept
{
    return status(ACTOR_RT_CALL(pool_set_size)(where.get(), pool.id(), size));
}
/// Lets a pool take no more jobs, and end when all that were accepted are over.
template <class Worker>
status drain(owner_side& where, pool_ref<Worker> pool) noexcept
{
    return status(ACTOR_RT_CALL(pool_drain)(where.get(), pool.id()));
}
/// What a pool has to do now; nothing inside a handler, or if it has not started or has ended.
template <class Worker>
std::optional<pool_counts> counts(const owner_side& where, pool_ref<Worker> pool) noexcept
{
    pool_counts found = ART_POOL_COUNTS_INIT;
    const bool known = ACTOR_RT_CALL(pool_stats)(where.get(), pool.id(), &found) == ART_OK;
    return known ? std::optional<pool_counts>(found) : std::nullopt;
}

/// Has an actor told once what a pool has to do, when that has come to the jobs that were submitted before; also inside a handler. See
/// `counts_in`.
template <class Worker>
status report(owner_side& where, actor_ref<> asker, pool_ref<Worker> pool) noexcept
{
    return status(ACTOR_RT_CALL(pool_report)(where.get(), asker.id(), pool.id()));
}
/// What a pool, the message's sender, has told by `report`, if the message is that.
inline std::optional<pool_counts> counts_in(const message& one) noexcept
{
    if (one.tag() != ART_TAG_POOL) {
        return std::nullopt;
    }
    pool_counts found = ART_POOL_COUNTS_INIT;
    std::memcpy(&found, one.data(), one.size() < sizeof(found) ? one.size() : sizeof(found));
    return found;
}

/// For workers: keeps the job that is being handled open beyond this handler; `job_done` or `job_failed` ends it. Null if the message is
/// no job.
inline job_token keep_job(context& cx) noexcept
{
    return ACTOR_RT_CALL(context_job_keep)(cx.get_context()) == ART_OK ? job_token{cx.message().raw().detail} : job_token();
}
/// Says that a job is done; ART_ALREADY_REPLIED if it is over.
inline status job_done(owner_side& where, job_token job) noexcept { return status(ACTOR_RT_CALL(job_done)(where.get(), job.id)); }
/// Says that a job could not be done: it is tried again if it may be, else it is lost.
inline status job_failed(owner_side& where, job_token job) noexcept { return status(ACTOR_RT_CALL(job_failed)(where.get(), job.id)); }
/// Gives a sign of life of a job that takes long.
inline status job_alive(owner_side& where, job_token job) noexcept { return status(ACTOR_RT_CALL(job_alive)(where.get(), job.id)); }
/// The number of the worker whose handler this is, from 0 on; one that is made anew has that of the one before. Nothing for others.
inline std::optional<std::uint64_t> slot(const context& cx) noexcept
{
    std::uint64_t number = 0;
    const bool works = ACTOR_RT_CALL(context_slot)(cx.get_context(), &number) == ART_OK;
    return works ? std::optional<std::uint64_t>(number) : std::nullopt;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_POOL_HPP
