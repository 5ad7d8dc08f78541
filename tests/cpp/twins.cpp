// What throws `error` has a twin that says why in a status instead. Compiled with exceptions, and without exceptions and RTTI.
#include "check.hpp"

#include <actor_rt/bytes.hpp>
#include <actor_rt/lambda.hpp>
#include <actor_rt/pool.hpp>
#include <actor_rt/port.hpp>

#include <thread>

using actor_rt::actor_options;
using actor_rt::status;

namespace {
struct ping {
    static constexpr std::string_view tag_name = "test.ping";
};
struct fail_now {
    static constexpr std::string_view tag_name = "test.fail_now";
};
struct bell : actor_rt::actor<bell, ping, fail_now> {
    int& rung;
    explicit bell(int& counter) : rung(counter) {}
    void on(actor_rt::context&, ping) { ++rung; }
    void on(actor_rt::context& cx, fail_now) { CHECK(cx.fail("told to").ok()); }
};

void ring(actor_rt::context&, ping) {}

/// What each twin says of a runtime; null where nothing was made.
struct said {
    status result;
    bool made;
};

/// Every twin that makes something by a runtime.
std::vector<said> make_all(actor_rt::owner_side& where, actor_rt::actor_ref<bell> to, int& rung)
{
    std::vector<said> all;
    const auto note = [&all](status result, bool made) { all.push_back({result, made}); };
    status result;
    const actor_rt::supervision care;
    const auto factory = [&rung](actor_rt::context&) { return bell(rung); };
    const auto lambda = [](actor_rt::context& cx, ping one) { ring(cx, one); };
    const actor_rt::remote door = where.try_make_remote(result);
    note(result, static_cast<bool>(door));
    const actor_rt::waker waker = where.try_make_waker<ping>(result, to);
    note(result, static_cast<bool>(waker));
    const actor_rt::watchdog dog = where.try_make_watchdog(result);
    note(result, static_cast<bool>(dog));
    const auto plain = where.try_spawn<bell>(result, actor_options(), rung);
    note(result, static_cast<bool>(plain));
    const auto supervised = where.try_spawn_supervised<bell>(result, care, actor_options(), std::ref(rung));
    note(result, static_cast<bool>(supervised));
    const auto made_by = where.try_spawn_supervised_by(result, care, actor_options(), factory);
    note(result, static_cast<bool>(made_by));
    const auto functions = actor_rt::try_spawn_lambdas(result, where, lambda);
    note(result, static_cast<bool>(functions));
    const auto named = actor_rt::try_spawn_lambdas_with(result, where, actor_options().name("named"), lambda);
    note(result, static_cast<bool>(named));
    const auto team = actor_rt::try_spawn_pool<bell>(result, where, actor_rt::pool_options(), std::ref(rung));
    note(result, static_cast<bool>(team));
    const actor_rt::port<ping> port(where, result);
    note(result, port.id() != 0);
    return all;
}

void all_say(const std::vector<said>& all, art_status code)
{
    CHECK(all.size() == 10);
    for (const said& one : all) {
        CHECK(one.result == code && one.made == (code == ART_OK));
    }
}
} // namespace

TEST(twins_make_what_they_are_asked_for)
{
    int rung = 0;
    actor_rt::runtime rt;
    all_say(make_all(rt, rt.spawn<bell>(rung), rung), ART_OK);
    std::uint64_t handled = 0;
    CHECK(rt.try_run_until_idle(handled).ok());
}

TEST(twins_say_that_the_thread_is_not_the_owners)
{
    int rung = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<bell>(rung);
    std::thread([&] {
        all_say(make_all(rt, to, rung), ART_WRONG_THREAD);
        std::uint64_t handled = 0;
        std::uint32_t ran = 0;
        CHECK(rt.try_run_until_idle(handled) == ART_WRONG_THREAD);
        CHECK(rt.try_run_host_calls(ran) == ART_WRONG_THREAD);
        CHECK(rt.try_close() == ART_WRONG_THREAD);
    }).join();
    CHECK(rt && rt.pending().actors == 1);
}

TEST(twins_say_that_there_is_no_runtime)
{
    int rung = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<bell>(rung);
    CHECK(rt.try_close().ok() && !rt);
    // What the C functions say of no runtime, and what the wrapper says of one that has ended.
    for (const said& one : make_all(rt, to, rung)) {
        CHECK(!one.made && (one.result == ART_NULL_POINTER || one.result == ART_CLOSED));
    }
    std::uint64_t handled = 7;
    std::uint32_t ran = 7;
    CHECK(rt.try_run_until_idle(handled) == ART_NULL_POINTER && handled == 0);
    CHECK(rt.try_run_host_calls(ran) == ART_NULL_POINTER && ran == 0);
    CHECK(rt.try_close().ok());
    actor_rt::runtime moved(std::move(rt));
    for (const said& one : make_all(rt, to, rung)) {
        CHECK(!one.made && one.result == ART_NULL_POINTER);
    }
}

TEST(twins_say_that_what_was_given_is_wrong_and_free_it)
{
    int rung = 0;
    status result;
    actor_rt::runtime rt;
    const auto nobody = actor_rt::actor_ref<bell>(1);
    const auto below_nobody = [&nobody] { return actor_options().parent(nobody); };
    const auto held = std::make_shared<int>(0);
    const auto captures = [held](actor_rt::context& cx, ping one) { ring(cx, one); };
    CHECK(!rt.try_make_waker<ping>(result, nobody) && !result.ok());
    CHECK(!rt.try_spawn_supervised<bell>(result, actor_rt::supervision(), below_nobody(), std::ref(rung)) && !result.ok());
    CHECK(!actor_rt::try_spawn_lambdas_with(result, rt, below_nobody(), captures) && !result.ok());
    CHECK(!actor_rt::try_spawn_pool<bell>(result, rt, actor_rt::pool_options().parent(nobody), std::ref(rung)) && !result.ok());
    const actor_rt::buffer bytes(nullptr, 3, result);
    CHECK(!bytes && result == ART_NULL_POINTER);
    const actor_rt::buffer text("text", result);
    CHECK(text.bytes() == "text" && result.ok());
    const actor_rt::buffer shared = actor_rt::try_share_bytes(result, std::string("shared"));
    CHECK(shared.bytes() == "shared" && result.ok());
    CHECK(rt.pending().actors == 0 && held.use_count() == 2); // Here and in `captures`.
}

namespace {
struct caller : actor_rt::actor<caller, ping> {
    int& done;
    explicit caller(int& counter) : done(counter) {}
    void on(actor_rt::context& cx, ping)
    {
        CHECK(cx.host_call([] { return 1; }, [this](actor_rt::context&, int one) { done += one; }).ok());
    }
};
} // namespace

TEST(host_calls_and_a_run_have_twins)
{
    int done = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<caller>(done);
    CHECK(rt.post(to, ping{}).ok());
    CHECK(check::step(rt).host_calls == 1);
    std::uint32_t ran = 0;
    CHECK(rt.try_run_host_calls(ran).ok() && ran == 1);
    CHECK(rt.post(to, ping{}).ok());
    std::uint64_t handled = 0;
    CHECK(rt.try_run_until_idle(handled).ok() && handled == 3 && done == 2);
}

TEST(a_run_ends_when_a_host_call_has_destroyed_the_runtime)
{
    auto rt = std::make_unique<actor_rt::runtime>();
    int done = 0;
    const auto end = actor_rt::spawn_lambdas(*rt, [&](actor_rt::context& cx, ping) {
        CHECK(cx.host_call([&rt] { rt.reset(); }, [&done](actor_rt::context&) { ++done; }).ok());
    });
    CHECK(rt->post(end, ping{}).ok());
    std::uint64_t handled = 0;
    CHECK(rt->try_run_until_idle(handled).ok() && rt == nullptr && done == 0);
}

namespace {
struct degrees {
    static constexpr std::string_view tag_name = "test.degrees";
    using reply_type = double;
};
} // namespace

TEST(an_answer_of_another_type_than_the_messages_fails_who_gives_it)
{
    actor_rt::runtime rt;
    std::string text;
    auto how = actor_options().on_end([&text](actor_rt::actor_ref<>, const actor_rt::stop_cause& cause) {
        CHECK(cause.reason() == ART_INVALID_ARGUMENT);
        text = cause.text();
    });
    const auto to = actor_rt::spawn_lambdas_with(rt, std::move(how), [](actor_rt::context& cx, const degrees&) { (void)cx.reply(20); });
    auto outcome = actor_rt::outcome::lost;
    CHECK(rt.ask(to, degrees{}, std::chrono::seconds(1), [&](actor_rt::answer<double> got) { outcome = got.outcome(); }).ok());
    std::uint64_t handled = 0;
    CHECK(rt.try_run_until_idle(handled).ok());
    CHECK(rt.try_run_until_idle(handled).ok()); // A run ends where a handler throws.
    CHECK(outcome == actor_rt::outcome::no_reply && text.find("another type than its reply_type") != std::string::npos);
}

TEST(the_runtime_says_that_it_cannot_be_closed_in_a_handler)
{
    actor_rt::runtime rt;
    status inside;
    const auto closer = actor_rt::spawn_lambdas(rt, [&](actor_rt::context&, ping) { inside = rt.try_close(); });
    CHECK(rt.post(closer, ping{}).ok());
    std::uint64_t handled = 0;
    CHECK(rt.try_run_until_idle(handled).ok());
    CHECK(inside == ART_BUSY && rt);
    CHECK(rt.try_close().ok());
}

TEST(a_supervised_actor_needs_no_options)
{
    int rung = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn_supervised<bell>(actor_rt::supervision(), std::ref(rung));
    const auto made_by = rt.spawn_supervised_by(actor_rt::supervision(), [&rung](actor_rt::context&) { return bell(rung); });
    for (const actor_rt::actor_ref<bell> one : {to, made_by}) {
        CHECK(rt.post(one, fail_now{}).ok());
        CHECK(rt.post(one, ping{}).ok());
    }
    std::uint64_t handled = 0;
    CHECK(rt.try_run_until_idle(handled).ok());
    CHECK(rung == 1); // The second restart within five seconds is one more than the root allows.
}

TEST(a_status_is_an_error_code_and_the_usual_conditions_are_found_in_it)
{
    const std::error_code busy = status(ART_BUSY);
    CHECK(busy && busy.value() == ART_BUSY && busy.category() == actor_rt::status_category());
    CHECK(std::string_view(busy.category().name()) == "actor_rt" && busy.message() == status(ART_BUSY).text());
    CHECK(!std::error_code(status()));
    CHECK(std::error_code(status(ART_INVALID_ARGUMENT)) == std::errc::invalid_argument);
    CHECK(std::error_code(status(ART_NO_MEMORY)) == std::errc::not_enough_memory);
    CHECK(std::error_code(status(ART_UNSUPPORTED)) == std::errc::not_supported);
    CHECK(busy == std::errc::device_or_resource_busy);
    CHECK(std::error_code(status(ART_WOULD_DEADLOCK)) == std::errc::resource_deadlock_would_occur);
    // One that has no such counterpart is a condition of its own.
    const std::error_code closed = status(ART_CLOSED);
    CHECK(closed == std::error_condition(ART_CLOSED, actor_rt::status_category()));
    CHECK(closed != std::errc::invalid_argument && closed != std::error_condition(ART_BUSY, actor_rt::status_category()));
}

#ifndef ACTOR_RT_NO_EXCEPTIONS
namespace {
template <class Call>
art_status thrown_by(Call&& call)
{
    try {
        call();
    } catch (const actor_rt::error& thrown) {
        return thrown.status().code();
    }
    return ART_OK;
}
} // namespace

TEST(what_has_a_twin_throws_the_same_status)
{
    int rung = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<bell>(rung);
    std::thread([&] {
        const actor_rt::supervision care;
        const auto lambda = [](actor_rt::context& cx, ping one) { ring(cx, one); };
        CHECK(thrown_by([&] { (void)rt.make_remote(); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { (void)rt.make_waker<ping>(to); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { (void)rt.make_watchdog(); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { rt.spawn<bell>(rung); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { rt.spawn_supervised<bell>(care, std::ref(rung)); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { rt.spawn_supervised_by(care, [&rung](actor_rt::context&) { return bell(rung); }); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { actor_rt::spawn_lambdas(rt, lambda); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { actor_rt::spawn_pool<bell>(rt, actor_rt::pool_options(), std::ref(rung)); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { actor_rt::port<ping> made(rt); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { rt.run_until_idle(); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { rt.run_host_calls(); }) == ART_WRONG_THREAD);
        CHECK(thrown_by([&] { rt.close(); }) == ART_WRONG_THREAD);
    }).join();
    CHECK(thrown_by([] { actor_rt::buffer bytes(nullptr, 3); }) == ART_NULL_POINTER);
}

namespace {
struct throws : actor_rt::actor<throws, ping> {
    int& handled;
    explicit throws(int& counter) : handled(counter) {}
    void on(actor_rt::context&, ping)
    {
        ++handled;
        throw actor_rt::error(status(ART_USER_ERROR));
    }
    void on_stop(actor_rt::context&, const actor_rt::stop_cause&) { throw actor_rt::error(status(ART_USER_ERROR - 1)); }
};
} // namespace

TEST(what_user_code_throws_waits_for_rethrow_when_a_twin_ran_it)
{
    int handled = 0;
    std::uint64_t count = 0;
    actor_rt::runtime rt;
    CHECK(rt.post(rt.spawn<throws>(handled), ping{}).ok());
    CHECK(rt.try_run_until_idle(count).ok() && handled == 1 && rt.has_failure());
    CHECK(thrown_by([&] { rt.rethrow(); }) == ART_USER_ERROR);
    rt.spawn<throws>(handled);
    CHECK(rt.try_run_until_idle(count).ok() && !rt.has_failure());
    CHECK(rt.try_close().ok() && rt.has_failure());
    CHECK(thrown_by([&] { rt.rethrow(); }) == ART_USER_ERROR - 1);
}
#endif
