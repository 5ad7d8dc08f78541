// A library like another one, with an actor of the same name that does something else: compiled twice, by ANSWER.
#include <actor_rt/library.hpp>

#include <cstdint>

struct ask {
    static constexpr std::string_view tag_name = "answers.ask";
    using reply_type = std::int64_t;
};

// For all to see, as it is in a library that is compiled with a compiler's usual options.
struct answering : actor_rt::actor<answering, ask> {
    std::int64_t on(actor_rt::context&, const ask&) { return ANSWER; }
};

static actor_rt::actor_ref<> make(actor_rt::guest& host, const actor_rt::wanted_actor&) { return host.spawn<answering>(); }
ACTOR_RT_LIBRARY(make);
