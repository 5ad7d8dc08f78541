// What other threads may do: remotes keep order, wakers coalesce, and both outlive the runtime.
#include "check.hpp"

#include <atomic>
#include <thread>

using namespace std::chrono_literals;

namespace {
struct item {
    static constexpr std::string_view tag_name = "test.item";
    int producer;
    int number;
};
struct parcel {
    static constexpr std::string_view tag_name = "test.parcel";
    check::counted content;
};
struct ring {
    static constexpr std::string_view tag_name = "test.ring";
};

struct collector : actor_rt::actor<collector, item, parcel, ring> {
    std::vector<int> next = std::vector<int>(8, 0);
    int& total;
    int& rings;
    int& last_rings;
    collector(int& items, int& ringing, int& last) : total(items), rings(ringing), last_rings(last) {}

    void on(actor_rt::context& cx, const item& message)
    {
        CHECK(!cx.sender());
        CHECK(message.number == next.at(static_cast<std::size_t>(message.producer))++);
        ++total;
    }
    void on(actor_rt::context&, const parcel&) { ++total; }
    void on(actor_rt::context& cx, ring) { ++(cx.message().is_last_ring() ? last_rings : rings); }
};

struct fixture {
    std::atomic<int> wakes{0};
    int items = 0;
    int rings = 0;
    int last_rings = 0;
    actor_rt::runtime rt{std::move(actor_rt::options().wake([this](std::uint32_t) { ++wakes; }))};
    actor_rt::actor_ref<collector> to = rt.spawn<collector>(items, rings, last_rings);

    fixture()
    {
        rt.run_until_idle();
        wakes = 0;
    }
};
} // namespace

TEST(remotes_of_many_threads_keep_each_threads_order)
{
    fixture f;
    std::vector<std::thread> threads;
    const actor_rt::remote door = f.rt.make_remote();
    for (int producer = 0; producer < 4; ++producer) {
        threads.emplace_back([mine = door.clone(), to = f.to, producer] {
            for (int number = 0; number < 2000; ++number) {
                CHECK(mine.post(to, item{producer, number}).ok());
            }
        });
    }
    while (f.items < 8000) {
        f.rt.run_until_idle();
        std::this_thread::yield();
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(f.items == 8000);
}

TEST(a_burst_from_another_thread_wakes_exactly_once)
{
    fixture f;
    const actor_rt::remote door = f.rt.make_remote();
    std::thread([&] {
        for (int number = 0; number < 1000; ++number) {
            CHECK(door.post(f.to, item{0, number}).ok());
        }
    }).join();
    CHECK(f.wakes == 1);
    f.rt.run_until_idle();
    CHECK(f.items == 1000);
    std::thread([&] { CHECK(door.post(f.to, item{0, 1000}).ok()); }).join();
    CHECK(f.wakes == 2);
}

TEST(a_post_on_the_owner_thread_outside_a_step_wakes_once_too)
{
    fixture f;
    CHECK(f.rt.post(f.to, item{0, 0}).ok());
    CHECK(f.rt.post(f.to, item{0, 1}).ok());
    CHECK(f.wakes == 1);
    f.rt.run_until_idle();
    CHECK(f.wakes == 1 && f.items == 2);
}

TEST(a_payload_posted_by_another_thread_is_destroyed_exactly_once)
{
    int living = 0;
    {
        fixture f;
        const actor_rt::remote door = f.rt.make_remote();
        std::thread([&] {
            CHECK(door.post(f.to, parcel{check::counted(living)}).ok());
            CHECK(door.post(f.to, parcel{check::counted(living)}).ok());
        }).join();
        CHECK(living == 2);
        f.rt.run_until_idle();
        CHECK(living == 0 && f.items == 2);
        // One that is never drained goes with the runtime.
        std::thread([&] { CHECK(door.post(f.to, parcel{check::counted(living)}).ok()); }).join();
        CHECK(living == 1);
    }
    CHECK(living == 0);
}

TEST(remotes_and_wakers_outlive_the_runtime_and_answer_closed)
{
    int living = 0;
    actor_rt::remote door;
    actor_rt::waker bell;
    actor_rt::actor_ref<collector> to;
    {
        fixture f;
        door = f.rt.make_remote();
        bell = f.rt.make_waker<ring>(f.to);
        to = f.to;
    }
    std::thread([&] {
        CHECK(door.post(to, item{0, 0}) == ART_CLOSED);
        CHECK(door.post(to, parcel{check::counted(living)}) == ART_CLOSED);
        CHECK(living == 0);
        CHECK(door.wake() == ART_CLOSED);
        CHECK(bell.wake() == ART_CLOSED);
        CHECK(!door.clone());
    }).join();
}

TEST(a_waker_rung_often_is_one_message_and_tells_when_its_last_copy_goes)
{
    fixture f;
    actor_rt::waker bell = f.rt.make_waker<ring>(f.to);
    const actor_rt::waker copy = bell;
    std::thread([bell] {
        for (int count = 0; count < 100; ++count) {
            CHECK(bell.wake().ok());
        }
    }).join();
    CHECK(f.wakes == 1);
    f.rt.run_until_idle();
    CHECK(f.rings == 1);
    CHECK(copy.wake().ok());
    f.rt.run_until_idle();
    CHECK(f.rings == 2 && f.last_rings == 0);
    bell = actor_rt::waker();
    f.rt.run_until_idle();
    CHECK(f.last_rings == 0);
    const_cast<actor_rt::waker&>(copy) = actor_rt::waker();
    f.rt.run_until_idle();
    CHECK(f.last_rings == 1);
}

TEST(another_thread_sees_which_handler_is_stuck)
{
    struct stuck : actor_rt::actor<stuck, ring> {
        std::atomic<bool>& released;
        explicit stuck(std::atomic<bool>& until) : released(until) {}
        void on(actor_rt::context&, ring)
        {
            while (!released) {
                std::this_thread::yield();
            }
        }
    };
    std::atomic<bool> released{false};
    actor_rt::watchdog watching;
    CHECK(!watching.busy().is_busy);
    {
        actor_rt::runtime rt;
        const auto to = rt.spawn<stuck>(released);
        watching = rt.make_watchdog();
        CHECK(!watching.busy().is_busy);
        CHECK(rt.post(to, ring{}).ok());
        std::thread guard([watchdog = watching, id = to.id(), &released] {
            art_busy busy = watchdog.busy();
            while (busy.tag != actor_rt::tag_of<ring>) {
                busy = watchdog.busy();
            }
            CHECK(busy.actor == id);
            released = true;
        });
        rt.run_until_idle();
        guard.join();
    }
    CHECK(watching && !watching.busy().is_busy);
}

TEST(the_owners_functions_refuse_another_thread_and_touch_nothing)
{
    fixture f;
    int living = 0;
    std::thread([&] {
        actor_rt::step_result result;
        CHECK(f.rt.try_step(result) == ART_WRONG_THREAD);
        CHECK(f.rt.post(f.to, item{0, 0}) == ART_WRONG_THREAD);
        CHECK(f.rt.post(f.to, parcel{check::counted(living)}) == ART_WRONG_THREAD);
        CHECK(living == 0);
        CHECK(f.rt.stop(f.to) == ART_WRONG_THREAD);
    }).join();
    f.rt.run_until_idle();
    CHECK(f.items == 0);
}

TEST(a_runtime_made_on_one_thread_is_adopted_by_another)
{
    fixture f;
    std::thread([&] {
        CHECK(f.rt.adopt_thread().ok());
        CHECK(f.rt.post(f.to, item{0, 0}).ok());
        f.rt.run_until_idle();
    }).join();
    CHECK(f.items == 1);
    CHECK(f.rt.adopt_thread().ok());
}

namespace {
struct twice {
    static constexpr std::string_view tag_name = "test.twice";
    using reply_type = int;
    int number;
};
struct doubler : actor_rt::actor<doubler, twice> {
    int on(actor_rt::context&, const twice& message) { return 2 * message.number; }
};
} // namespace

TEST(another_thread_asks_and_its_callback_runs_on_the_owner_thread)
{
    actor_rt::runtime rt;
    const auto to = rt.spawn<doubler>();
    const auto door = rt.make_remote();
    const auto owner = std::this_thread::get_id();
    int got = 0;
    std::thread([&] {
        CHECK(door.ask(to, twice{21}, actor_rt::no_deadline, [&](actor_rt::answer<int> answer) {
            CHECK(std::this_thread::get_id() == owner);
            got = *answer;
        }).ok());
        CHECK(door.ask(actor_rt::actor_ref<doubler>(), twice{1}, 1s, [](actor_rt::answer<int>) { CHECK(false); }) == ART_NOT_FOUND);
    }).join();
    CHECK(got == 0);
    rt.run_until_idle();
    CHECK(got == 42);
}

TEST(another_thread_waits_for_its_answer_and_the_owner_may_not)
{
    actor_rt::runtime rt;
    const auto to = rt.spawn<doubler>();
    const auto door = rt.make_remote();
    std::atomic<bool> done{false};
    std::thread asker([&] {
        auto answer = door.ask_wait(to, twice{4}, 1h);
        CHECK(answer && *answer == 8);
        done = true;
    });
    while (!done) {
        rt.run_until_idle();
    }
    asker.join();
    actor_rt::status why;
    CHECK(door.ask_wait(to, twice{4}, 1h, &why).outcome() == actor_rt::outcome::refused && why == ART_WOULD_DEADLOCK);
    // Nobody steps.
    std::thread([&] { CHECK(door.ask_wait(to, twice{4}, 1ms).outcome() == actor_rt::outcome::timeout); }).join();
}

TEST(an_ask_that_the_runtime_did_not_get_to_is_told_of_its_end)
{
    auto how = actor_rt::outcome::reply;
    actor_rt::remote door;
    actor_rt::actor_ref<doubler> to;
    {
        actor_rt::runtime rt;
        to = rt.spawn<doubler>();
        door = rt.make_remote();
        CHECK(door.ask(to, twice{1}, 1h, [&how](actor_rt::answer<int> answer) { how = answer.outcome(); }).ok());
    }
    CHECK(how == actor_rt::outcome::closed);
    actor_rt::status why;
    CHECK(!door.ask_wait(to, twice{1}, 1h, &why) && why == ART_CLOSED);
}
