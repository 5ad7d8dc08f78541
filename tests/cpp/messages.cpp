// How values travel as messages: tags, payloads, and that each payload ends exactly once.
#include "check.hpp"

namespace {
struct number {
    static constexpr std::string_view tag_name = "test.number";
    std::int64_t value;
};
struct knock {
    static constexpr std::string_view tag_name = "test.knock";
};
struct parcel {
    static constexpr std::string_view tag_name = "test.parcel";
    check::counted content;
    int number;
};
struct line {
    std::string text;
};
struct alignas(64) wide {
    static constexpr std::string_view tag_name = "test.wide";
    std::string text;
};
struct unknown {
    static constexpr std::string_view tag_name = "test.unknown";
};
} // namespace

ACTOR_RT_MESSAGE(line, "test.line");

template <>
struct actor_rt::codec<line> {
    static std::string encode(const line& value) { return value.text; }
    static std::optional<line> decode(const void* data, std::size_t size)
    {
        return size == 0 ? std::nullopt : std::optional<line>(line{std::string(static_cast<const char*>(data), size)});
    }
};

namespace {
struct log {
    std::vector<std::int64_t> numbers;
    std::vector<std::string> lines;
    std::vector<std::string> others;
    int knocks = 0;
    int parcels = 0;
    int wides = 0;
};

struct receiver : actor_rt::actor<receiver, number, knock, parcel, line, wide> {
    log& seen;
    explicit receiver(log& where) : seen(where) {}

    void on(actor_rt::context&, const number& message) { seen.numbers.push_back(message.value); }
    void on(actor_rt::context&, knock) { ++seen.knocks; }
    void on(actor_rt::context&, parcel&& message)
    {
        kept.push_back(std::move(message));
        ++seen.parcels;
    }
    void on(actor_rt::context&, line& message) { seen.lines.push_back(std::move(message.text)); }
    void on(actor_rt::context&, const wide& message)
    {
        CHECK(reinterpret_cast<std::uintptr_t>(&message) % 64 == 0);
        CHECK(message.text == "wide");
        ++seen.wides;
    }
    void on_other(actor_rt::context&, const actor_rt::message& message) { seen.others.emplace_back(message.text()); }

    std::vector<parcel> kept;
};

/// Leaves its parcels where they are.
struct looker : actor_rt::actor<looker, parcel> {
    int& seen;
    explicit looker(int& where) : seen(where) {}
    void on(actor_rt::context&, const parcel& message) { seen += message.number; }
};
} // namespace

TEST(a_tag_is_the_same_number_at_compile_time_in_c_and_in_the_library)
{
    static_assert(actor_rt::tag_of<number> == actor_rt::tag_of_name("test.number"));
    static_assert(actor_rt::tag_of_name("") == 0x4bf29ce484222325u);
    for (const char* name : {"", "a", "foobar", "counter.add", "\xc3\xa4"}) {
        std::uint64_t from_library = 0;
        CHECK(art_tag_from_name(name, ART_NUL_TERMINATED, &from_library) == ART_OK);
        CHECK(actor_rt::tag_of_name(name) == art_tag(name));
        CHECK(actor_rt::tag_of_name(name) == from_library);
    }
}

TEST(only_listed_messages_are_accepted_at_compile_time)
{
    static_assert(actor_rt::detail::accepts<receiver, number>());
    static_assert(actor_rt::detail::accepts<receiver, const number&>());
    static_assert(!actor_rt::detail::accepts<receiver, unknown>());
    static_assert(actor_rt::detail::accepts<void, unknown>());
    static_assert(!actor_rt::detail::accepts<actor_rt::protocol<knock>, number>());
}

TEST(messages_arrive_in_order_and_by_every_form_of_handler)
{
    log seen;
    actor_rt::runtime rt;
    const auto to = rt.spawn<receiver>(seen);
    int living = 0;
    for (std::int64_t value = 0; value < 5; ++value) {
        CHECK(rt.post(to, number{value}).ok());
    }
    CHECK(rt.post(to, knock{}).ok());
    CHECK(rt.post(to, parcel{check::counted(living), 1}).ok());
    CHECK(rt.post(to, line{"hello"}).ok());
    CHECK(rt.post(to, wide{"wide"}).ok());
    CHECK(rt.run_until_idle() >= 9);
    CHECK((seen.numbers == std::vector<std::int64_t>{0, 1, 2, 3, 4}));
    CHECK(seen.knocks == 1 && seen.parcels == 1 && seen.wides == 1);
    CHECK((seen.lines == std::vector<std::string>{"hello"}));
    CHECK(living == 1);
    rt.close();
    CHECK(living == 0);
}

TEST(a_reference_converts_to_a_smaller_protocol_and_to_an_untyped_one)
{
    log seen;
    actor_rt::runtime rt;
    const actor_rt::actor_ref<actor_rt::protocol<knock, number>> narrow = rt.spawn<receiver>(seen);
    const actor_rt::actor_ref<actor_rt::protocol<knock>> narrower = narrow;
    const actor_rt::actor_ref<> any = narrower;
    CHECK(rt.post(narrower, knock{}).ok());
    CHECK(rt.post(any, number{7}).ok());
    CHECK(rt.post(any, unknown{}).ok());
    rt.run_until_idle();
    CHECK(seen.knocks == 1 && seen.numbers.back() == 7 && seen.others.size() == 1);
}

TEST(a_payload_that_was_only_looked_at_is_destroyed_after_the_handler)
{
    int living = 0;
    int seen = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<looker>(seen);
    CHECK(rt.post(to, parcel{check::counted(living), 5}).ok());
    CHECK(living == 1);
    rt.run_until_idle();
    CHECK(seen == 5 && living == 0);
}

TEST(a_payload_for_an_ended_actor_is_destroyed_before_post_returns)
{
    int living = 0;
    int seen = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<looker>(seen);
    rt.run_until_idle();
    CHECK(rt.stop(to).ok());
    rt.run_until_idle();
    CHECK(rt.post(to, parcel{check::counted(living), 5}) == ART_NOT_FOUND);
    CHECK(living == 0);
}

TEST(a_payload_that_still_waits_is_destroyed_with_its_actor_and_with_the_runtime)
{
    int living = 0;
    int seen = 0;
    {
        actor_rt::runtime rt;
        const auto stopped = rt.spawn<looker>(seen);
        const auto other = rt.spawn<looker>(seen);
        rt.run_until_idle();
        CHECK(rt.post(stopped, parcel{check::counted(living), 5}).ok());
        CHECK(rt.kill(stopped).ok());
        rt.run_until_idle();
        CHECK(living == 0);
        CHECK(rt.post(other, parcel{check::counted(living), 5}).ok());
        CHECK(living == 1);
    }
    CHECK(living == 0 && seen == 0);
}

TEST(a_full_mailbox_refuses_and_try_post_gives_the_value_back)
{
    int living = 0;
    int seen = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn_with<looker>(std::move(actor_rt::actor_options().name("small").capacity(1)), seen);
    rt.run_until_idle();
    CHECK(rt.post(to, parcel{check::counted(living), 1}).ok());
    CHECK(rt.post(to, parcel{check::counted(living), 2}) == ART_FULL);
    CHECK(living == 1);
    parcel mine{check::counted(living), 4};
    CHECK(rt.try_post(to, mine) == ART_FULL);
    CHECK(living == 2 && mine.number == 4 && mine.content.living == &living);
    rt.run_until_idle();
    CHECK(rt.try_post(to, mine).ok());
    rt.run_until_idle();
    CHECK(seen == 5);
}

TEST(a_payload_that_does_not_fit_its_tag_is_never_read_as_the_type)
{
    log seen;
    actor_rt::runtime rt;
    const auto to = rt.spawn<receiver>(seen);
    const char bytes[256] = "short";
    CHECK(rt.post_bytes(to, actor_rt::tag_of<number>, bytes, 5).ok());
    CHECK(rt.post_bytes(to, actor_rt::tag_of<knock>, bytes, 1).ok());
    CHECK(rt.post_bytes(to, actor_rt::tag_of<line>, nullptr, 0).ok());
    // Of the right length, but not a box.
    CHECK(rt.post_bytes(to, actor_rt::tag_of<parcel>, bytes, sizeof(actor_rt::detail::box<parcel>)).ok());
    rt.run_until_idle();
    CHECK(seen.numbers.empty() && seen.knocks == 0 && seen.parcels == 0 && seen.lines.empty());
    CHECK(seen.others.size() == 4);
}

TEST(bytes_from_c_are_a_message_of_the_same_layout_at_any_address)
{
    log seen;
    actor_rt::runtime rt;
    const auto to = rt.spawn<receiver>(seen);
    const number value{42};
    CHECK(art_post(rt.get(), to.id(), art_tag("test.number"), &value, sizeof(value)) == ART_OK);
    alignas(8) static unsigned char shifted[sizeof(value) + 1];
    std::memcpy(shifted + 1, &value, sizeof(value));
    CHECK(art_post_owned(rt.get(), to.id(), art_tag("test.number"), shifted + 1, sizeof(value), nullptr, nullptr) == ART_OK);
    rt.run_until_idle();
    CHECK((seen.numbers == std::vector<std::int64_t>{42, 42}));
}

TEST(a_shared_buffer_reaches_many_receivers)
{
    log first;
    log second;
    actor_rt::runtime rt;
    const auto one = rt.spawn<receiver>(first);
    const auto two = rt.spawn<receiver>(second);
    {
        const actor_rt::buffer bytes(std::string_view("shared"));
        CHECK(rt.post_buffer(one, actor_rt::tag_of<line>, bytes).ok());
        CHECK(rt.post_buffer(two, actor_rt::tag_of<line>, bytes).ok());
        CHECK(bytes.bytes() == "shared");
    }
    rt.run_until_idle();
    CHECK(first.lines.at(0) == "shared" && second.lines.at(0) == "shared");
}

TEST(registering_messages_twice_is_fine_and_another_size_is_refused)
{
    actor_rt::runtime rt;
    CHECK((rt.register_messages<number, knock, parcel, line>().ok()));
    CHECK((rt.register_messages<number, knock, parcel, line>().ok()));
    CHECK(art_tag_register(rt.get(), art_tag("test.number"), "test.number", ART_NUL_TERMINATED, 3) == ART_ALREADY_EXISTS);
}
