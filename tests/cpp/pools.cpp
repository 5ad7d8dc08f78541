// Pools: jobs for workers of one class.
#include "check.hpp"

#include <actor_rt/pool.hpp>
#include <actor_rt/tree.hpp>

#include <memory>
#include <string>

using namespace std::chrono_literals;

namespace {
struct square {
    static constexpr std::string_view tag_name = "test.square";
    int number;
};
struct slow {
    static constexpr std::string_view tag_name = "test.slow";
    int number;
};
/// Travels in a box.
struct letter {
    static constexpr std::string_view tag_name = "test.letter";
    std::unique_ptr<int> inside;
};
struct finished {
    static constexpr std::string_view tag_name = "test.finished";
};

struct ledger {
    std::vector<std::string> done;
    int made = 0;
    int ended = 0;
    int failures = 0; ///< Handlers that are to throw yet.
};

struct worker : actor_rt::actor<worker, square, slow, letter, finished> {
    std::shared_ptr<ledger> book;
    actor_rt::job_token open;

    explicit worker(std::shared_ptr<ledger> where) : book(std::move(where)) { ++book->made; }
    ~worker() { ++book->ended; }
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    void note(actor_rt::context& cx, const std::string& what) const
    {
        book->done.push_back(std::to_string(*actor_rt::slot(cx)) + ": " + what);
    }
    void on(actor_rt::context& cx, const square& job)
    {
        if (book->failures > 0) {
            --book->failures;
            throw std::runtime_error("not now");
        }
        note(cx, std::to_string(job.number * job.number));
    }
    void on(actor_rt::context& cx, const slow& job)
    {
        open = actor_rt::keep_job(cx);
        CHECK(open && actor_rt::job_alive(cx, open).ok());
        cx.after(std::chrono::milliseconds(job.number), finished{});
    }
    void on(actor_rt::context& cx, letter job) { note(cx, "letter " + std::to_string(*job.inside)); }
    void on(actor_rt::context& cx, finished)
    {
        note(cx, "slow");
        CHECK(actor_rt::job_done(cx, open).ok() && actor_rt::job_done(cx, open) == ART_ALREADY_REPLIED);
    }
};

struct fixture {
    std::shared_ptr<ledger> book = std::make_shared<ledger>();
    check::manual_clock clock;
    std::vector<actor_rt::job_fate> lost; // Before the runtime, whose end adds to it.
    actor_rt::runtime rt;

    fixture() : rt(clock.options()) {}
    actor_rt::pool_ref<worker> make(const actor_rt::pool_settings& settings, actor_rt::pool_options&& how = actor_rt::pool_options())
    {
        const auto made = actor_rt::spawn_pool<worker>(
            rt, std::move(how).settings(settings).on_discarded([this](const actor_rt::job_outcome& one) { lost.push_back(one.fate()); }), book);
        rt.run_until_idle();
        return made;
    }
};
using texts = std::vector<std::string>;
} // namespace

TEST(jobs_are_shared_among_the_workers)
{
    fixture f;
    const auto team = f.make(actor_rt::pool_settings().size(2), actor_rt::pool_options().route(actor_rt::router::round_robin));
    CHECK(f.book->made == 2);
    for (int number = 1; number <= 3; ++number) {
        CHECK(actor_rt::submit(f.rt, team, square{number}).ok());
    }
    CHECK(actor_rt::submit(f.rt, team, letter{std::make_unique<int>(7)}).ok());
    f.rt.run_until_idle();
    CHECK((f.book->done == texts{"0: 1", "1: 4", "0: 9", "1: letter 7"}));
    CHECK(actor_rt::counts(f.rt, team)->done == 4 && f.lost.empty());
}

TEST(a_job_that_is_kept_is_done_later_and_the_others_wait)
{
    fixture f;
    const auto team = f.make(actor_rt::pool_settings().limit(10));
    CHECK(actor_rt::submit(f.rt, team, slow{5}).ok() && actor_rt::submit(f.rt, team, square{3}).ok());
    f.rt.run_until_idle();
    CHECK(f.book->done.empty() && actor_rt::counts(f.rt, team)->running == 1 && actor_rt::counts(f.rt, team)->queued == 1);
    f.clock.now += 5ms;
    f.rt.run_until_idle();
    CHECK((f.book->done == texts{"0: slow", "0: 9"}));
}

TEST(the_sender_is_told_whether_its_job_was_accepted_and_gets_it_back_if_not)
{
    fixture f;
    const auto team = f.make(actor_rt::pool_settings().limit(0));
    std::vector<actor_rt::job_fate> fates;
    int returned = 0;
    const auto told = [&](const actor_rt::job_outcome& outcome) {
        fates.push_back(outcome.fate());
        if (auto back = outcome.as<letter>()) {
            returned = *back->inside;
        }
    };
    CHECK(actor_rt::submit(f.rt, team, slow{5}, actor_rt::job_options(), told).ok());
    CHECK(actor_rt::submit(f.rt, team, letter{std::make_unique<int>(9)}, actor_rt::job_options(), told).ok());
    f.rt.run_until_idle();
    CHECK((fates == std::vector<actor_rt::job_fate>{actor_rt::job_fate::accepted, actor_rt::job_fate::shed}) && returned == 9);
    CHECK(f.lost.empty());
    // Who is not told has it discarded.
    CHECK(actor_rt::submit(f.rt, team, square{1}).ok());
    f.rt.run_until_idle();
    CHECK((f.lost == std::vector<actor_rt::job_fate>{actor_rt::job_fate::shed}));
}

TEST(a_worker_that_throws_is_made_anew_and_its_job_tried_again_if_it_may_be)
{
    fixture f;
    const auto team = f.make(actor_rt::pool_settings());
    f.book->failures = 2;
    CHECK(actor_rt::submit(f.rt, team, square{2}, actor_rt::job_options().retries(1)).ok());
    f.rt.run_until_idle();
    CHECK((f.lost == std::vector<actor_rt::job_fate>{actor_rt::job_fate::lost}) && f.book->made == 3 && f.book->done.empty());
    f.book->failures = 1;
    CHECK(actor_rt::submit(f.rt, team, square{2}, actor_rt::job_options().retries(1)).ok());
    f.rt.run_until_idle();
    CHECK((f.book->done == texts{"0: 4"}) && f.lost.size() == 1);
    // Of what travels in a box there is one.
    CHECK(actor_rt::submit(f.rt, team, letter{std::make_unique<int>(1)}, actor_rt::job_options().retries(1)) == ART_UNSUPPORTED);
}

TEST(keys_go_where_the_function_says)
{
    fixture f;
    auto how = actor_rt::pool_options().route_by([](std::uint64_t key, std::uint64_t size) { return size - 1 - key; });
    const auto team = f.make(actor_rt::pool_settings().size(3).limit(10), std::move(how));
    CHECK(actor_rt::submit(f.rt, team, square{1}, actor_rt::job_options().key(0)).ok());
    CHECK(actor_rt::submit(f.rt, team, square{2}, actor_rt::job_options().key(2)).ok());
    f.rt.run_until_idle();
    CHECK((f.book->done == texts{"2: 1", "0: 4"}) || (f.book->done == texts{"0: 4", "2: 1"}));
}

TEST(a_pool_is_resized_and_drained_and_tells_what_happens_to_it)
{
    std::vector<std::uint32_t> events;
    fixture f;
    auto how = actor_rt::pool_options().name("team").on_event([&](const actor_rt::pool_event& event) { events.push_back(event.kind); });
    const auto team = f.make(actor_rt::pool_settings().limit(10), std::move(how));
    CHECK(actor_rt::resize(f.rt, team, 3).ok());
    f.rt.run_until_idle();
    CHECK(f.book->made == 3 && actor_rt::tree(f.rt).children(team.actor()).size() == 3);
    CHECK(actor_rt::set(f.rt, team, actor_rt::pool_settings().size(2).limit(10)).ok());
    f.rt.run_until_idle();
    CHECK(f.book->ended == 1);
    CHECK(actor_rt::submit(f.rt, team, square{5}).ok() && actor_rt::drain(f.rt, team).ok());
    f.rt.run_until_idle();
    CHECK(f.book->done.size() == 1 && f.book->ended == 3 && !actor_rt::counts(f.rt, team));
    CHECK((events == std::vector<std::uint32_t>{ART_POOL_STARTED, ART_POOL_DRAINING, ART_POOL_STOPPED}));
    CHECK(actor_rt::submit(f.rt, team, square{5}) == ART_NOT_FOUND);
}

TEST(whatever_a_pool_holds_is_freed_with_its_runtime)
{
    const auto held = std::make_shared<int>(0);
    {
        fixture f;
        const auto team = f.make(actor_rt::pool_settings().limit(10), actor_rt::pool_options().on_event([held](const actor_rt::pool_event&) {}));
        const auto told = [held](const actor_rt::job_outcome&) {};
        CHECK(actor_rt::submit(f.rt, team, slow{5}).ok());
        CHECK(actor_rt::submit(f.rt, team, letter{std::make_unique<int>(1)}, actor_rt::job_options(), told).ok());
        CHECK(held.use_count() > 1);
    }
    CHECK(held.use_count() == 1);
    // Also what a runtime refuses.
    actor_rt::runtime rt;
    bool refused = false;
    try {
        (void)actor_rt::spawn_pool<worker>(
            rt, actor_rt::pool_options().parent(actor_rt::actor_ref<>(12)).on_event([held](const actor_rt::pool_event&) {}),
            std::make_shared<ledger>());
    } catch (const actor_rt::error&) {
        refused = true;
    }
    CHECK(refused && held.use_count() == 1);
}

TEST(shared_bytes_are_a_job_that_can_be_tried_again)
{
    fixture f;
    const auto team = f.make(actor_rt::pool_settings());
    const square nine = {9};
    f.book->failures = 1;
    const actor_rt::buffer bytes(&nine, sizeof(nine));
    CHECK(actor_rt::submit_buffer<square>(f.rt, team, bytes, actor_rt::job_options().retries(1)).ok());
    f.rt.run_until_idle();
    CHECK((f.book->done == texts{"0: 81"}) && actor_rt::counts(f.rt, team)->retried == 1);
}

TEST(functions_say_how_many_workers_there_are_and_how_many_jobs_may_wait)
{
    fixture f;
    std::uint64_t wanted = 2;
    std::uint64_t limit = 1;
    auto how = actor_rt::pool_options()
                   .size_by(10ms, [&wanted](const actor_rt::pool_counts& now) { return now.size == 0 ? 1 : wanted; })
                   .limit_by(1ms, [&limit](const actor_rt::pool_counts&) { return limit; });
    const auto team = f.make(actor_rt::pool_settings(), std::move(how));
    f.clock.now += 10ms;
    f.rt.run_until_idle();
    CHECK(f.book->made == 2);
    for (int number = 0; number < 4; ++number) { // Two are begun, one waits, one is too many.
        CHECK(actor_rt::submit(f.rt, team, slow{5}).ok());
    }
    f.rt.run_until_idle();
    CHECK(actor_rt::counts(f.rt, team)->queued == 1 && f.lost.size() == 1);
    limit = 5;
    f.clock.now += 2ms;
    CHECK(actor_rt::submit(f.rt, team, slow{5}).ok());
    f.rt.run_until_idle();
    CHECK(actor_rt::counts(f.rt, team)->queued == 2 && f.lost.size() == 1);
    wanted = 1;
    f.clock.now += 100ms;
    f.rt.run_until_idle();
    CHECK(f.book->ended == 1);
}

TEST(an_actor_is_told_what_a_pool_has_to_do)
{
    struct asker : actor_rt::actor<asker, finished> {
        std::vector<std::uint64_t>& queued;
        explicit asker(std::vector<std::uint64_t>& to) : queued(to) {}
        void on(actor_rt::context&, finished) {}
        void on_other(actor_rt::context&, const actor_rt::message& one)
        {
            const auto told = actor_rt::counts_in(one);
            CHECK(told && one.sender());
            queued.push_back(told->queued);
        }
    };
    fixture f;
    std::vector<std::uint64_t> queued;
    const auto who = f.rt.spawn<asker>(queued);
    const auto team = f.make(actor_rt::pool_settings().limit(10));
    CHECK(actor_rt::submit(f.rt, team, slow{5}).ok() && actor_rt::submit(f.rt, team, square{1}).ok());
    CHECK(actor_rt::report(f.rt, who, team).ok());
    f.rt.run_until_idle();
    CHECK(queued == std::vector<std::uint64_t>{1});
}

TEST(an_actor_is_told_whether_its_job_was_accepted_and_gets_it_back_if_not)
{
    struct sender : actor_rt::actor<sender, finished> {
        std::vector<std::string>& heard;
        explicit sender(std::vector<std::string>& to) : heard(to) {}
        void on(actor_rt::context&, finished) {}
        void on_other(actor_rt::context&, const actor_rt::message& one)
        {
            const auto news = actor_rt::job_news::read(one);
            CHECK(news && news->pool() == one.sender());
            const auto back = news->as<letter>();
            CHECK(back || !news->as<square>());
            heard.push_back(to_string(news->fate()) + (back ? " " + std::to_string(*back->inside) : std::string()));
        }
    };
    fixture f;
    texts heard;
    const auto who = f.rt.spawn<sender>(heard);
    const auto team = f.make(actor_rt::pool_settings().limit(0));
    const auto how = actor_rt::job_options().asker(who);
    CHECK(actor_rt::submit(f.rt, team, slow{5}, how).ok());
    CHECK(actor_rt::submit(f.rt, team, letter{std::make_unique<int>(9)}, how).ok());
    f.rt.run_until_idle();
    CHECK((heard == texts{"accepted", "shed 9"}) && f.lost.empty());
}
