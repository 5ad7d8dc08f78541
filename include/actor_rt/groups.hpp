/*
 * Owns: `groups`, actors under a common name: whoever joins gets what is posted to it.
 *
 *     actor_rt::groups of(rt);
 *     of.join("printers", actor);
 *     of.post("printers", paper_jam{3});            // to each member
 *     of.watch(cx.self(), "printers");              // news comes to `on_other`:
 *     if (const auto news = actor_rt::membership::read(message)) { … news->joined … }
 *
 * A view of a `runtime` or a `context`, and as short-lived as that. A group is there from its first member to its last; a member
 * leaves when it ends for good. Scopes are independent of each other; the default one has the empty name.
 */
#ifndef ACTOR_RT_GROUPS_HPP
#define ACTOR_RT_GROUPS_HPP

#include "listing.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// A group's name, within a scope. A view of both texts.
struct group {
    std::string_view name;
    std::string_view scope;

    group(std::string_view of, std::string_view within = {}) noexcept : name(of), scope(within) {}
    group(const char* of) noexcept : name(of) {}
    group(const std::string& of) noexcept : name(of) {}
};

/// That an actor has joined a group that is watched, or left it. A view: valid until the handler of its message returns.
struct membership {
    bool joined;
    actor_ref<> member;
    std::string_view group;
    std::string_view scope; ///< Empty also for news of one group, whose watcher knows its scope.

    /// The message as such news, if it is that.
    static std::optional<membership> read(const message& one) noexcept
    {
        if (one.tag() == ART_TAG_JOINED || one.tag() == ART_TAG_LEFT) {
            return membership{one.tag() == ART_TAG_JOINED, one.sender(), one.text(), {}};
        }
        if (one.tag() != ART_TAG_MEMBER) {
            return std::nullopt;
        }
        const auto* const raw = static_cast<const art_membership*>(one.data());
        const char* const texts = static_cast<const char*>(one.data()) + raw->struct_size;
        return membership{raw->joined != 0, one.sender(), {texts + raw->scope_len, raw->group_len}, {texts, raw->scope_len}};
    }
};

class groups {
public:
    explicit groups(const owner_side& where) noexcept : rt_(where.get()) {}

    /// Lets an actor join; ART_ALREADY_EXISTS if it is a member.
    status join(const group& to, actor_ref<> actor) const noexcept
    {
        const art_group raw = named(to);
        return status(ACTOR_RT_CALL(group_join)(rt_, &raw, actor.id()));
    }
    /// Lets an actor leave; ART_NOT_FOUND if it is no member.
    status leave(const group& from, actor_ref<> actor) const noexcept
    {
        const art_group raw = named(from);
        return status(ACTOR_RT_CALL(group_leave)(rt_, &raw, actor.id()));
    }
    /// Its members, in the order in which they joined. That they take `Actor`'s messages is the caller's word.
    template <class Actor = void>
    std::vector<actor_ref<Actor>> members(const group& of) const
    {
        const art_group raw = named(of);
        return detail::ids<Actor>([&](art_actor* to, std::size_t capacity, std::size_t* count) {
            return ACTOR_RT_CALL(group_members)(rt_, &raw, to, capacity, count);
        });
    }
    /// Posts a copy of `value` to each member; how many took it goes to `taken`.
    template <class Message>
    status post(const group& to, const Message& value, std::size_t* taken = nullptr) const
    {
        static_assert(detail::copied<Message>, "each member gets a copy: the message has to be trivially copyable or to have a codec");
        const art_group raw = named(to);
        return status(detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(group_post)(rt_, &raw, tag_of<Message>, data, size, taken);
        }));
    }

    /// The groups of a scope that have members.
    std::vector<std::string> list(std::string_view scope = {}) const
    {
        return detail::names_in(detail::text([&](char* to, std::size_t size, std::size_t* length) {
            return ACTOR_RT_CALL(group_list)(rt_, scope.data(), scope.size(), to, size, length);
        }));
    }
    /// The scopes that have groups.
    std::vector<std::string> scopes() const
    {
        return detail::names_in(detail::text([this](char* to, std::size_t size, std::size_t* length) {
            return ACTOR_RT_CALL(scope_list)(rt_, to, size, length);
        }));
    }

    /// Has an actor told of whoever joins or leaves a group from now on. See `membership`.
    status watch(actor_ref<> watcher, const group& of) const noexcept
    {
        const art_group raw = named(of);
        return status(ACTOR_RT_CALL(group_monitor)(rt_, watcher.id(), &raw));
    }
    /// Ends that; ART_NOT_FOUND if it does not watch the group.
    status unwatch(actor_ref<> watcher, const group& of) const noexcept
    {
        const art_group raw = named(of);
        return status(ACTOR_RT_CALL(group_demonitor)(rt_, watcher.id(), &raw));
    }
    /// Has an actor told of whoever joins or leaves any group of a scope, or of all scopes.
    status watch_scope(actor_ref<> watcher, std::optional<std::string_view> scope = std::nullopt) const noexcept
    {
        return status(ACTOR_RT_CALL(scope_monitor)(rt_, watcher.id(), start(scope), scope ? scope->size() : 0));
    }
    /// Ends that; ART_NOT_FOUND if it does not watch the scope, or all of them.
    status unwatch_scope(actor_ref<> watcher, std::optional<std::string_view> scope = std::nullopt) const noexcept
    {
        return status(ACTOR_RT_CALL(scope_demonitor)(rt_, watcher.id(), start(scope), scope ? scope->size() : 0));
    }

private:
    /// A text that is empty is one all the same; null would be none.
    static const char* start(std::optional<std::string_view> text) noexcept
    {
        return !text ? nullptr : text->empty() ? "" : text->data();
    }
    static art_group named(const group& one) noexcept
    {
        art_group raw = ART_GROUP_INIT;
        raw.name = start(one.name);
        raw.name_len = one.name.size();
        raw.scope = one.scope.empty() ? nullptr : one.scope.data();
        raw.scope_len = one.scope.size();
        return raw;
    }

    art_runtime* rt_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_GROUPS_HPP
