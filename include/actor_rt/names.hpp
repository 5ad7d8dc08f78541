/*
 * Owns: `names`, what there is to do with the names of actors beside `register_name` and `lookup`: list them, take one away,
 * watch who has one.
 *
 *     actor_rt::names of(rt);
 *     of.watch(cx.self(), "printer");               // news comes to `on_other`:
 *     if (const auto news = actor_rt::name_change::read(message)) { … news->holder … }
 *
 * A view of a `runtime` or a `context`, and as short-lived as that.
 */
#ifndef ACTOR_RT_NAMES_HPP
#define ACTOR_RT_NAMES_HPP

#include "listing.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// Who has a name now that is watched. A view: valid until the handler of its message returns.
struct name_change {
    actor_ref<> holder; ///< Null for nobody.
    std::string_view name;

    /// The message as such news, if it is that.
    static std::optional<name_change> read(const message& one) noexcept
    {
        if (one.tag() != ART_TAG_NAME) {
            return std::nullopt;
        }
        return name_change{one.sender(), one.text()};
    }
};

class names {
public:
    explicit names(const owner_side& where) noexcept : rt_(where.get()) {}

    /// All of them, in their order.
    std::vector<std::string> list() const
    {
        return detail::names_in(detail::text([this](char* to, std::size_t size, std::size_t* length) {
            return ACTOR_RT_CALL(name_list)(rt_, to, size, length);
        }));
    }
    /// Takes a name away. Who had it; null if nobody did.
    actor_ref<> unregister(std::string_view name) const noexcept
    {
        art_actor had = 0;
        (void)ACTOR_RT_CALL(name_unregister)(rt_, name.data(), name.size(), &had);
        return actor_ref<>(had);
    }
    /// Has an actor told who has a name: now, and whenever that changes. See `name_change`.
    status watch(actor_ref<> watcher, std::string_view name) const noexcept
    {
        return status(ACTOR_RT_CALL(name_monitor)(rt_, watcher.id(), name.data(), name.size()));
    }
    /// Ends that; ART_NOT_FOUND if it does not watch the name.
    status unwatch(actor_ref<> watcher, std::string_view name) const noexcept
    {
        return status(ACTOR_RT_CALL(name_demonitor)(rt_, watcher.id(), name.data(), name.size()));
    }

private:
    art_runtime* rt_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_NAMES_HPP
