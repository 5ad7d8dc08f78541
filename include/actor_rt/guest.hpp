/*
 * Owns: `guest`, a runtime that somebody else hosts: the program that has loaded this code, or Python. See library.hpp and
 * python.hpp, which most include.
 *
 * Invariants: a runtime has one C++ side in each library that is its guest, however many `guest` objects there are. An
 * actor that has nothing else to do, the keeper, keeps it: it is spawned before all others, and so it ends after them.
 */
#ifndef ACTOR_RT_GUEST_HPP
#define ACTOR_RT_GUEST_HPP

#include "runtime.hpp"

#include <map>
#include <mutex>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// The C++ sides of the runtimes that this code is a guest of.
class guests {
public:
    /// Never destroyed: a runtime may end after the statics of a library.
    ACTOR_RT_OWN static guests& all()
    {
        static guests* const instance = new guests;
        return *instance;
    }

    std::shared_ptr<core> of(art_runtime* rt, status& result)
    {
        std::uint64_t now = 0;
        result = status(ACTOR_RT_CALL(now)(rt, &now)); // Whether this thread may use it.
        if (!result.ok()) {
            return nullptr;
        }
        const std::lock_guard<std::mutex> guard(lock_);
        const auto known = cores_.find(rt);
        if (known != cores_.end()) {
            return known->second;
        }
        auto made = std::make_shared<core>();
        made->rt = rt;
        made->log_call = &say;
#ifndef ACTOR_RT_NO_EXCEPTIONS
        made->keeps_any = false;
#endif
        result = keep(made);
        if (!result.ok()) {
            return nullptr;
        }
        cores_.emplace(rt, made);
        return made;
    }

private:
    struct keeper {
        std::shared_ptr<core> home;

        static art_status on_message(void*, art_context*, const art_msg*) noexcept { return ART_OK; }
        static void destroy(void* state) noexcept
        {
            auto* const self = static_cast<keeper*>(state);
            all().forget(self->home->rt);
            self->home->rt = nullptr;
            delete self;
        }
    };

    /// Where what no actor's failure is goes: those the runtime's own log has.
    static void say(void*, std::uint32_t, const char* text, std::size_t size) noexcept
    {
        (void)std::fprintf(stderr, "actor_rt: %.*s\n", static_cast<int>(size), text);
    }

    ACTOR_RT_OWN static status keep(const std::shared_ptr<core>& home)
    {
        static const art_actor_vtable table = {sizeof(art_actor_vtable), 0, nullptr, &keeper::on_message, nullptr, &keeper::destroy};
        art_actor_config config = ART_ACTOR_CONFIG_INIT;
        config.vtable = &table;
        config.argument = new keeper{home};
        config.name = "guest";
        config.name_len = ART_NUL_TERMINATED;
        art_actor id = 0;
        const status result(ACTOR_RT_CALL(spawn)(home->rt, &config, &id));
        if (!result.ok()) {
            delete static_cast<keeper*>(config.argument);
        }
        return result;
    }

    void forget(art_runtime* rt)
    {
        const std::lock_guard<std::mutex> guard(lock_);
        cores_.erase(rt);
    }

    std::mutex lock_;
    std::map<art_runtime*, std::shared_ptr<core>> cores_;
};
} // namespace detail

/// A runtime whose host is somebody else, on its thread. Copies refer to the same one; when its host has ended it, this is
/// empty, and every call is refused. What a handler throws fails its actor, and the runtime's log has it: there is nobody
/// here to rethrow it to.
class guest : public owner_side {
public:
    /// Throws `error` if this thread may not use the runtime.
    explicit guest(art_runtime* rt)
    {
        status result;
        take(rt, result);
        detail::check(result, rt);
    }
    /// The same without exceptions: on failure this is empty and `result` says why.
    guest(art_runtime* rt, status& result) { take(rt, result); }

    /// Whether there is a runtime.
    explicit operator bool() const noexcept { return rt() != nullptr; }

    /// As `runtime::ask`.
    template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period, class Callback>
    status ask(actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> deadline, Callback&& callback,
               ask_token* token = nullptr)
    {
        return detail::ask_of_host<Reply>(core_, now_ns(), to, value, detail::delay_ns(deadline), std::forward<Callback>(callback), token);
    }

    /// The actor together with this runtime, so that it can be held and used as one object.
    template <class Actor>
    [[nodiscard]] bound_ref<Actor> bind(actor_ref<Actor> ref) noexcept
    {
        return bound_ref<Actor>(home_, ref);
    }

protected:
    guest() noexcept = default;

    void take(art_runtime* rt, status& result)
    {
        home_ = detail::guests::all().of(rt, result);
        core_ = home_.get();
    }

private:
    std::shared_ptr<detail::core> home_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_GUEST_HPP
