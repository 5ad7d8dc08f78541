// Payloads as bytes: kept beyond their handler, handed on, shared.
#include "check.hpp"

#include <actor_rt/bytes.hpp>
#include <actor_rt/port.hpp>
#include <actor_rt/sending.hpp>

#include <memory>
#include <string>

namespace {
constexpr std::uint64_t tag = actor_rt::tag_of_name("test.bytes");
struct text {
    static constexpr std::string_view tag_name = "test.text";
    std::string words;
};
} // namespace
template <>
struct actor_rt::codec<text> {
    static std::string_view encode(const text& one) noexcept { return one.words; }
    static std::optional<text> decode(const void* data, std::size_t size)
    {
        return text{std::string(static_cast<const char*>(data), size)};
    }
};

namespace {
/// Keeps what it gets, or hands it on.
struct keeper : actor_rt::actor<keeper> {
    std::vector<actor_rt::payload>& kept;
    actor_rt::actor_ref<> next;
    keeper(std::vector<actor_rt::payload>& where, actor_rt::actor_ref<> to) : kept(where), next(to) {}
    void on_start(actor_rt::context& cx) { CHECK(actor_rt::take(cx).size() == 0); }
    void on_other(actor_rt::context& cx, const actor_rt::message&)
    {
        actor_rt::payload bytes = actor_rt::take(cx);
        CHECK(actor_rt::take(cx).data() == nullptr);
        if (next) {
            CHECK(actor_rt::post_payload(cx, next, tag, std::move(bytes)).ok());
        } else {
            kept.push_back(std::move(bytes));
        }
    }
};

struct reader : actor_rt::actor<reader, text> {
    std::vector<std::string>& got;
    explicit reader(std::vector<std::string>& to) : got(to) {}
    void on(actor_rt::context&, const text& one) { got.push_back(one.words); }
};
} // namespace

TEST(a_payload_that_is_taken_lives_on_and_is_handed_on_without_a_copy)
{
    const auto shared = std::make_shared<int>(0);
    struct traced : std::string {
        std::shared_ptr<int> held;
        traced(std::string bytes, std::shared_ptr<int> one) : std::string(std::move(bytes)), held(std::move(one)) {}
    };
    std::vector<actor_rt::payload> kept;
    {
        actor_rt::runtime rt;
        const auto last = rt.spawn<keeper>(kept, actor_rt::actor_ref<>());
        const auto first = rt.spawn<keeper>(kept, last);
        const actor_rt::buffer buffer = actor_rt::share_bytes(traced(std::string(100, 'x'), shared));
        const char* const place = buffer.bytes().data();
        CHECK(rt.post_buffer(first, tag, buffer).ok() && rt.post_bytes(last, tag, "copied", 6).ok());
        rt.run_until_idle();
        CHECK(kept.size() == 2 && kept[0].text() == "copied" && kept[1].data() == place && kept[1].size() == 100);
    }
    CHECK(shared.use_count() == 2 && kept[1].text() == std::string(100, 'x'));
    kept[0] = std::move(kept[1]);
    kept.pop_back();
    CHECK(kept[0].size() == 100 && shared.use_count() == 2);
    kept.clear();
    CHECK(shared.use_count() == 1);
}

TEST(what_a_container_has_is_shared_without_a_copy)
{
    std::vector<std::uint16_t> numbers = {1, 2, 3};
    const void* const place = numbers.data();
    const actor_rt::buffer buffer = actor_rt::share_bytes(std::move(numbers));
    CHECK(buffer.bytes().data() == place && buffer.bytes().size() == 6);
    CHECK(actor_rt::share_bytes(std::string()).bytes().empty());
}

TEST(a_buffer_is_posted_with_care_and_published)
{
    actor_rt::runtime rt;
    std::vector<std::string> got;
    const auto to = rt.spawn_with<reader>(actor_rt::actor_options().mailbox(actor_rt::mailbox()), got);
    rt.run_until_idle();
    const auto how = actor_rt::sending().priority(actor_rt::priority::high);
    CHECK(rt.post(to, text{"usual"}).ok());
    CHECK(actor_rt::post_buffer_with(rt, to, actor_rt::tag_of<text>, actor_rt::buffer("urgent"), how).ok());
    actor_rt::port<text> port(rt);
    std::size_t taken = 0;
    CHECK(port.subscribe(to, 2).ok() && port.publish_buffer(actor_rt::buffer("published"), &taken).ok() && taken == 1);
    rt.run_until_idle();
    CHECK(got.size() == 3 && got[0] == "urgent");
    CHECK(port.publish_buffer(actor_rt::buffer()) == ART_NULL_POINTER);
}
