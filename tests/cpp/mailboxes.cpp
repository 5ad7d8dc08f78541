// Mailboxes of actors' own, and posting with care.
#include "check.hpp"

#include <actor_rt/inspect.hpp>
#include <actor_rt/sending.hpp>

#include <memory>
#include <string>

using namespace std::chrono_literals;

namespace {
struct item {
    static constexpr std::string_view tag_name = "test.item";
    int number;
};
struct parcel {
    static constexpr std::string_view tag_name = "test.parcel";
    std::unique_ptr<int> inside;
};

struct taker : actor_rt::actor<taker, item, parcel> {
    std::vector<int>& got;
    explicit taker(std::vector<int>& to) : got(to) {}
    void on(actor_rt::context&, const item& one) { got.push_back(one.number); }
    void on(actor_rt::context&, parcel one) { got.push_back(*one.inside); }
};

struct fixture {
    check::manual_clock clock;
    std::vector<int> got;
    std::vector<int> spilled;
    std::vector<actor_rt::sent> told;
    actor_rt::runtime rt{clock.options()};

    actor_rt::actor_ref<taker> make(const actor_rt::mailbox& box)
    {
        const auto made = rt.spawn_with<taker>(actor_rt::actor_options().mailbox(box), got);
        rt.run_until_idle();
        return made;
    }
    actor_rt::status wait(actor_rt::actor_ref<taker> to, int number, std::chrono::nanoseconds within)
    {
        return actor_rt::post_when_room(rt, to, item{number}, within, [this](actor_rt::sent what) { told.push_back(what); });
    }
};
using numbers = std::vector<int>;
} // namespace

TEST(what_there_is_no_room_for_is_treated_as_the_mailbox_says)
{
    for (const bool oldest : {false, true}) {
        fixture f;
        const auto what = oldest ? actor_rt::overflow::drop_oldest : actor_rt::overflow::drop_newest;
        const numbers kept = oldest ? numbers{2, 3} : numbers{1, 2};
        const auto to = f.make(actor_rt::mailbox().capacity(2).on_overflow(what));
        for (int number = 1; number <= 3; ++number) {
            CHECK(f.rt.post(to, item{number}).ok());
        }
        f.rt.run_until_idle();
        CHECK(f.got == kept && actor_rt::inspection(f.rt).lost().full == 1);
    }
    fixture f;
    const auto other = f.rt.spawn<taker>(f.spilled);
    const auto to = f.make(actor_rt::mailbox().capacity(1).redirect_to(other));
    CHECK(f.rt.post(to, item{1}).ok() && f.rt.post(to, item{2}).ok());
    f.rt.run_until_idle();
    CHECK(f.got == numbers{1} && f.spilled == numbers{2});
}

TEST(the_urgent_comes_first_and_the_old_is_lost)
{
    fixture f;
    const auto to = f.make(actor_rt::mailbox());
    const auto how = [](actor_rt::priority urgent) { return actor_rt::sending().priority(urgent); };
    CHECK(actor_rt::post_with(f.rt, to, item{3}, how(actor_rt::priority::low)).ok());
    CHECK(f.rt.post(to, item{2}).ok());
    CHECK(actor_rt::post_with(f.rt, to, parcel{std::make_unique<int>(1)}, how(actor_rt::priority::high)).ok());
    CHECK(actor_rt::post_with(f.rt, to, item{4}, actor_rt::sending().time_to_live(5ms)).ok());
    f.clock.now += 6ms;
    f.rt.run_until_idle();
    CHECK((f.got == numbers{1, 2, 3}) && actor_rt::inspection(f.rt).lost().expired == 1);
}

TEST(a_rate_lets_so_many_through_in_its_time)
{
    fixture f;
    const auto to = f.make(actor_rt::mailbox().rate(2, 10ms));
    CHECK(f.rt.post(to, item{1}).ok() && f.rt.post(to, item{2}).ok() && f.rt.post(to, item{3}) == ART_FULL);
    f.clock.now += 10ms;
    f.rt.run_until_idle();
    CHECK(f.rt.post(to, item{4}).ok());
    f.rt.run_until_idle();
    CHECK((f.got == numbers{1, 2, 4}));
}

TEST(a_post_waits_for_room_and_its_sender_is_told_once)
{
    fixture f;
    const auto to = f.make(actor_rt::mailbox().capacity(1));
    CHECK(f.rt.post(to, item{1}).ok() && f.wait(to, 2, 1s).ok() && f.told.empty());
    f.rt.run_until_idle();
    CHECK((f.got == numbers{1, 2}) && f.told == std::vector<actor_rt::sent>{actor_rt::sent::taken});
    // In vain, since the actor rests.
    CHECK(f.rt.pause(to).ok() && f.rt.post(to, item{3}).ok() && f.wait(to, 4, 5ms).ok());
    f.clock.now += 6ms;
    f.rt.run_until_idle();
    CHECK(f.told.back() == actor_rt::sent::timeout && f.told.size() == 2);
    CHECK(f.wait(to, 5, 1s).ok() && f.rt.stop(to).ok());
    f.rt.run_until_idle();
    CHECK(f.told.back() == actor_rt::sent::closed && f.told.size() == 3 && f.got.size() == 2);
    CHECK(!f.wait(actor_rt::actor_ref<taker>(), 6, 1s).ok());
}

TEST(what_still_waits_is_freed_with_the_runtime)
{
    const auto held = std::make_shared<int>(0);
    {
        fixture f;
        const auto to = f.make(actor_rt::mailbox().capacity(1));
        CHECK(f.rt.post(to, item{1}).ok());
        CHECK(actor_rt::post_when_room(f.rt, to, item{2}, 1s, [held](actor_rt::sent) {}).ok());
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
}

TEST(a_mailbox_may_change_later)
{
    fixture f;
    const auto to = f.rt.spawn<taker>(f.got);
    f.rt.run_until_idle();
    CHECK(actor_rt::set_mailbox(f.rt, to, actor_rt::mailbox().capacity(1)).ok());
    CHECK(f.rt.post(to, item{1}).ok() && f.rt.post(to, item{2}) == ART_FULL);
}

TEST(a_post_that_is_refused_for_want_of_room_keeps_its_value)
{
    fixture f;
    const auto to = f.make(actor_rt::mailbox().capacity(1));
    const auto how = actor_rt::sending().priority(actor_rt::priority::high);
    parcel first = {std::make_unique<int>(1)};
    parcel second = {std::make_unique<int>(2)};
    const item third = {3};
    CHECK(actor_rt::try_post_with(f.rt, to, first, how).ok() && first.inside == nullptr);
    CHECK(actor_rt::try_post_with(f.rt, to, second, how) == ART_FULL && second.inside != nullptr);
    CHECK(actor_rt::try_post_with(f.rt, to, third, how) == ART_FULL);
    f.rt.run_until_idle();
    CHECK(actor_rt::try_post_with(f.rt, to, second, how).ok() && second.inside == nullptr);
    f.rt.run_until_idle();
    CHECK((f.got == numbers{1, 2}));
}

namespace {
/// Notes what became of its posts, and that there is room.
struct sender : actor_rt::actor<sender> {
    std::vector<std::string>& heard;
    explicit sender(std::vector<std::string>& to) : heard(to) {}
    void on_other(actor_rt::context& cx, const actor_rt::message& one)
    {
        if (const auto news = actor_rt::sent_news::read(one)) {
            CHECK(news->to == one.sender());
            const char* const what[] = {"taken", "timeout", "closed", "too many"};
            heard.push_back(std::to_string(news->number) + " " + what[static_cast<unsigned>(news->what)]);
        } else if (const auto space = actor_rt::room::read(one)) {
            CHECK(space->with == one.sender());
            heard.push_back(space->gone ? "gone" : "room");
        } else {
            actor::on_other(cx, one);
        }
    }
};
using texts = std::vector<std::string>;
} // namespace

TEST(an_actor_hears_what_became_of_its_posts_that_could_wait)
{
    fixture f;
    texts heard;
    const auto from = f.rt.spawn<sender>(heard);
    const auto to = f.make(actor_rt::mailbox().capacity(1));
    const auto post = [&](int number, std::chrono::nanoseconds within) {
        parcel one = {std::make_unique<int>(number)};
        return actor_rt::post_when_room_for(f.rt, from, to, std::move(one), within, static_cast<std::uint64_t>(number));
    };
    CHECK(f.rt.pause(to).ok() && post(1, 1s).ok() && post(2, 5ms).ok());
    CHECK(actor_rt::post_when_room_for(f.rt, from, to, item{3}, 1s, 3).ok());
    f.clock.now += 6ms;
    f.rt.run_until_idle();
    CHECK((heard == texts{"1 taken", "2 timeout"}) && f.got.empty());
    CHECK(f.rt.resume(to).ok());
    f.rt.run_until_idle();
    CHECK((f.got == numbers{1, 3}) && heard.back() == "3 taken");
    // At most 16 wait; one of a sender that ends is gone.
    CHECK(f.rt.pause(to).ok());
    for (int number = 10; number <= 27; ++number) {
        CHECK(post(number, 1s).ok());
    }
    f.rt.run_until_idle();
    CHECK(heard.size() == 5 && heard[3] == "10 taken" && heard[4] == "27 too many");
    CHECK(f.rt.stop(from).ok());
    f.rt.run_until_idle();
    CHECK(f.rt.resume(to).ok());
    f.rt.run_until_idle();
    CHECK((f.got == numbers{1, 3, 10}));
    CHECK(post(1, 1s) == ART_NOT_FOUND);
}

TEST(an_actor_is_told_once_when_there_is_room)
{
    fixture f;
    texts heard;
    const auto from = f.rt.spawn<sender>(heard);
    const auto to = f.make(actor_rt::mailbox().capacity(2));
    CHECK(f.rt.post(to, item{1}).ok() && f.rt.post(to, item{2}).ok() && f.rt.post(to, item{3}) == ART_FULL);
    CHECK(actor_rt::on_room(f.rt, from, to, 0).ok() && heard.empty());
    f.rt.run_until_idle();
    CHECK(heard == texts{"room"});
    CHECK(f.rt.pause(to).ok() && f.rt.post(to, item{4}).ok() && actor_rt::on_room(f.rt, from, to, 0).ok() && f.rt.stop(to).ok());
    f.rt.run_until_idle();
    CHECK((heard == texts{"room", "gone"}));
}
