// A runtime that somebody else hosts, and libraries of actors: all through the table, as in a library that a program has loaded.
#include <actor_rt/library.hpp>

#include "check.hpp"

#include <stdexcept>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {
// The library is linked here; one that is loaded gets the table from its host.
[[maybe_unused]] const actor_rt::status ready(actor_rt::use_api_table(art_api(ART_VERSION)));

struct add {
    static constexpr std::string_view tag_name = "test.add";
    std::int64_t amount;
};
struct get {
    static constexpr std::string_view tag_name = "test.get";
    using reply_type = std::int64_t;
};
struct fail {
    static constexpr std::string_view tag_name = "test.fail";
};

int alive = 0;

struct counter : actor_rt::actor<counter, add, get, fail> {
    explicit counter(std::int64_t start = 0) : total(start) { ++alive; }
    ~counter() { --alive; }
    counter(const counter&) = delete;
    counter& operator=(const counter&) = delete;

    void on(actor_rt::context&, const add& message) { total += message.amount; }
    std::int64_t on(actor_rt::context&, const get&) { return total; }
    void on(actor_rt::context&, const fail&) { throw std::runtime_error("as was asked for"); }
    std::int64_t total;
};

struct silent : actor_rt::actor<silent, get> {
    void on(actor_rt::context& cx, const get&) { kept = cx.keep_reply_for<get>(); }
    actor_rt::reply<std::int64_t> kept;
};

actor_rt::actor_ref<> make(actor_rt::guest& host, const actor_rt::wanted_actor& wanted)
{
    if (wanted.kind == "counter") {
        const auto start = wanted.argument<std::int64_t>();
        return host.spawn<counter>(start ? *start : -1);
    }
    if (wanted.kind == "mistake") {
        throw std::runtime_error("not today");
    }
    return {};
}

char why[8];

art_status spawned(art_runtime* rt, std::string_view kind, const std::int64_t* argument, art_actor* out,
                   const art_api_table* api = art_api(ART_VERSION))
{
    why[0] = '\0';
    return actor_rt_spawn(api, rt, kind.data(), kind.size(), argument, argument == nullptr ? 0 : sizeof(*argument), out, why, sizeof(why));
}

std::int64_t total_of(actor_rt::runtime& rt, actor_rt::actor_ref<counter> actor)
{
    std::int64_t total = -1;
    CHECK(rt.ask(actor, get{}, 1s, [&](actor_rt::answer<std::int64_t> told) { total = *told; }).ok());
    rt.run_until_idle();
    return total;
}
} // namespace

ACTOR_RT_LIBRARY(make);

TEST(actors_of_a_guest_live_in_the_hosts_runtime)
{
    actor_rt::runtime rt;
    actor_rt::guest guest(rt.get());
    const auto actor = guest.spawn<counter>(40);
    CHECK(guest.post(actor, add{2}).ok());
    std::int64_t total = 0;
    CHECK(guest.ask(actor, get{}, 1s, [&](actor_rt::answer<std::int64_t> told) { total = *told; }).ok());
    CHECK(guest.bind(actor).post(add{1}).ok());
    rt.run_until_idle();
    CHECK(total == 42 && total_of(rt, actor) == 43);
    rt.close();
    CHECK(alive == 0);
}

TEST(a_runtime_has_one_side_here_however_many_guests)
{
    actor_rt::runtime rt;
    actor_rt::guest one(rt.get());
    const actor_rt::guest other(rt.get());
    CHECK(one.share() == other.share());
    const std::size_t actors = static_cast<std::size_t>(rt.pending().actors);
    for (int k = 0; k < 10; k++) {
        actor_rt::guest again(rt.get());
        CHECK(again);
    }
    CHECK(rt.pending().actors == actors);
}

TEST(what_a_guests_handler_throws_fails_its_actor_and_not_the_host)
{
    std::string said;
    actor_rt::options how;
    how.log([&said](actor_rt::log_level, std::string_view text) { said += text; });
    actor_rt::runtime rt(std::move(how));
    actor_rt::guest guest(rt.get());
    const auto actor = guest.spawn<counter>();
    CHECK(guest.post(actor, fail{}).ok());
    rt.run_until_idle();
    CHECK(alive == 0 && said.find("as was asked for") != std::string::npos);
}

TEST(a_guest_finds_nobody_when_its_host_has_ended)
{
    actor_rt::runtime rt;
    actor_rt::guest guest(rt.get());
    const auto actor = guest.spawn<silent>();
    actor_rt::outcome outcome = actor_rt::outcome::reply;
    CHECK(guest.ask(actor, get{}, 1h, [&](actor_rt::answer<std::int64_t> told) { outcome = told.outcome(); }).ok());
    rt.run_until_idle();
    rt.close();
    CHECK(outcome != actor_rt::outcome::reply);
    CHECK(!guest && !guest.post(actor, get{}).ok() && guest.bind(actor).post(get{}) == ART_CLOSED);
    actor_rt::status result;
    CHECK(!guest.try_spawn<counter>(result, actor_rt::actor_options()));
    CHECK(result == ART_CLOSED);
}

TEST(a_runtime_at_the_address_of_one_that_has_ended_is_another)
{
    for (int k = 0; k < 20; k++) {
        actor_rt::runtime rt;
        actor_rt::guest guest(rt.get());
        const auto actor = guest.spawn<counter>(k);
        CHECK(total_of(rt, actor) == k);
    }
    CHECK(alive == 0);
}

TEST(a_guest_of_another_threads_runtime_is_refused)
{
    actor_rt::runtime rt;
    actor_rt::status result;
    for (int k = 0; k < 2; k++) {
        std::thread([&] { const actor_rt::guest guest(rt.get(), result); CHECK(!guest); }).join();
        CHECK(result == ART_WRONG_THREAD);
        CHECK(actor_rt::guest(rt.get())); // From here on it is known.
    }
}

TEST(a_library_makes_the_actors_that_it_has)
{
    actor_rt::runtime rt;
    const std::int64_t start = 7;
    art_actor id = 0;
    CHECK(spawned(rt.get(), "counter", &start, &id) == ART_OK);
    CHECK(total_of(rt, actor_rt::actor_ref<counter>(id)) == 7);
    CHECK(spawned(rt.get(), "counter", nullptr, &id) == ART_OK);
    CHECK(total_of(rt, actor_rt::actor_ref<counter>(id)) == -1);
}

TEST(a_library_says_why_it_makes_none)
{
    actor_rt::runtime rt;
    art_actor id = 0;
    CHECK(spawned(rt.get(), "nobody", nullptr, &id) == ART_NOT_FOUND);
    CHECK(spawned(rt.get(), "mistake", nullptr, &id) == ART_FAILED);
    CHECK(std::string_view(why) == "not tod"); // Cut to the room there is.
    CHECK(spawned(nullptr, "counter", nullptr, &id) == ART_NULL_POINTER);
    const art_api_table same = *art_api(ART_VERSION);
    art_api_table another = same;
    another.create = nullptr;
    CHECK(spawned(rt.get(), "nobody", nullptr, &id, &same) == ART_NOT_FOUND);
    CHECK(spawned(rt.get(), "counter", nullptr, &id, &another) == ART_VERSION_MISMATCH);
    CHECK(spawned(rt.get(), "counter", nullptr, &id, nullptr) == ART_VERSION_MISMATCH);
    CHECK(id == 0 && alive == 0);
}
