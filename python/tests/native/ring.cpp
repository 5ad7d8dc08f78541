// Actors in C++ for the tests of Python's: a member of a ring, one that asks a Python actor, one that throws.
#include <actor_rt/library.hpp>

#include <cstdint>
#include <stdexcept>

namespace {
using namespace std::chrono_literals;

struct join {
    static constexpr std::string_view tag_name = "ring.join";
    art_actor next;
};
struct token {
    static constexpr std::string_view tag_name = "ring.token";
    std::uint64_t left;
};
struct seen {
    static constexpr std::string_view tag_name = "ring.seen";
    using reply_type = std::uint64_t;
};
struct total {
    static constexpr std::string_view tag_name = "counter.total";
    using reply_type = std::int64_t;
    std::int32_t factor;
};
struct ask_for {
    static constexpr std::string_view tag_name = "asker.ask";
    using reply_type = std::int64_t;
    art_actor whom;
};
struct go_wrong {
    static constexpr std::string_view tag_name = "asker.wrong";
};

struct member : actor_rt::actor<member, join, token, seen> {
    void on(actor_rt::context&, const join& message) { next = actor_rt::actor_ref<member>(message.next); }
    void on(actor_rt::context& cx, const token& message)
    {
        ++count;
        if (message.left != 0) {
            cx.post(next, token{message.left - 1});
        }
    }
    std::uint64_t on(actor_rt::context&, const seen&) { return count; }

    actor_rt::actor_ref<member> next;
    std::uint64_t count = 0;
};

// Answers with what a Python actor answers; -1 if that does not.
struct asker : actor_rt::actor<asker, ask_for, go_wrong> {
    void on(actor_rt::context& cx, const ask_for& message)
    {
        auto later = cx.keep_reply_for<ask_for>();
        const actor_rt::actor_ref<actor_rt::protocol<total>> whom(message.whom);
        cx.ask(whom, total{3}, 1s,
               [later = std::move(later)](actor_rt::context&, actor_rt::answer<std::int64_t> told) mutable {
                   (void)later.send(told ? *told : -1);
               });
    }
    void on(actor_rt::context&, const go_wrong&) { throw std::runtime_error("as was asked for"); }
};

actor_rt::actor_ref<> make(actor_rt::guest& host, const actor_rt::wanted_actor& wanted)
{
    if (wanted.kind == "member") {
        return host.spawn<member>();
    }
    if (wanted.kind == "asker") {
        return host.spawn<asker>();
    }
    if (wanted.kind == "refused") {
        throw std::runtime_error("not today");
    }
    return {};
}
} // namespace

ACTOR_RT_LIBRARY(make);
