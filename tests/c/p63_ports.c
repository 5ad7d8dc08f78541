/* A port gives each value to all who subscribed, none of whom makes the others wait: a slow one loses its oldest ones and is told so. */
#include "fake_host.h"

static art_subscription subscription(const char *name, uint32_t capacity)
{
    art_subscription given = ART_SUBSCRIPTION_INIT;
    given.tag = art_tag(name);
    given.capacity = capacity;
    return given;
}

static art_status publish(fake_host *host, art_port port, uint64_t word, size_t wanted)
{
    size_t taken = 77;
    art_status status = art_port_publish(host->rt, port, &word, sizeof word, &taken);
    CHECK_EQ(taken, wanted);
    return status;
}

static void each_subscriber_gets_each_value(fake_host *host)
{
    static recorder one, two;
    art_subscription first = subscription("first", 4), second = subscription("second", 2);
    art_port port = 77;
    size_t count = 77;
    recorder_spawn(&one, host);
    recorder_spawn(&two, host);
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    CHECK_EQ(publish(host, port, 0, 0), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, port, one.id, &first), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, port, two.id, &second), ART_OK);
    CHECK_EQ(art_port_subscribers(host->rt, port, &count), ART_OK);
    CHECK_EQ(count, 2);
    for (uint64_t word = 1; word <= 4; word++) {
        CHECK_EQ(publish(host, port, word, 2), ART_OK);
    }
    host_run(host);
    CHECK(one.count == 4 && one.last.tag == art_tag("first") && last_word(&one) == 4 && one.last.detail == 0);
    /* The second had room for two. */
    CHECK(two.count == 2 && two.last.tag == art_tag("second") && last_word(&two) == 4 && two.last.detail == 0);
    CHECK_EQ(two.last.sender, 0);
    for (uint64_t word = 5; word <= 7; word++) {
        CHECK_EQ(publish(host, port, word, 2), ART_OK);
    }
    (void)host_step(host, 5);
    CHECK(two.count == 4 && one.count == 7);
    for (uint64_t word = 8; word <= 10; word++) {
        CHECK_EQ(publish(host, port, word, 2), ART_OK);
    }
    (void)host_step(host, 2);
    CHECK(two.count == 5 && last_word(&two) == 9 && two.last.detail == 1);
    /* Subscribed anew: what waits by the older one is gone. */
    second.tag = art_tag("again");
    CHECK_EQ(art_port_subscribe(host->rt, port, two.id, &second), ART_OK);
    CHECK_EQ(art_port_subscribers(host->rt, port, &count), ART_OK);
    CHECK_EQ(count, 2);
    host_run(host);
    CHECK(two.count == 5 && one.count == 10);
    CHECK_EQ(publish(host, port, 11, 2), ART_OK);
    host_run(host);
    CHECK(two.count == 6 && two.last.tag == art_tag("again") && two.last.detail == 0);
    /* No more. */
    CHECK_EQ(publish(host, port, 12, 2), ART_OK);
    CHECK_EQ(art_port_unsubscribe(host->rt, port, two.id), ART_OK);
    CHECK_EQ(art_port_unsubscribe(host->rt, port, two.id), ART_NOT_FOUND);
    host_run(host);
    CHECK(two.count == 6 && one.count == 12);
    /* Who has ended is forgotten. */
    CHECK_EQ(art_kill(host->rt, one.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(publish(host, port, 13, 0), ART_OK);
    CHECK_EQ(art_port_subscribers(host->rt, port, &count), ART_OK);
    CHECK_EQ(count, 0);
    CHECK_EQ(art_port_destroy(host->rt, port), ART_OK);
    CHECK_EQ(art_port_destroy(host->rt, port), ART_NOT_FOUND);
}

/* Of too many values each subscriber loses those that it said. */
static void a_subscriber_says_what_it_loses(fake_host *host)
{
    static recorder oldest, newest, fails;
    art_subscription given = subscription("value", 2);
    art_port port = 0;
    recorder_spawn(&oldest, host);
    recorder_spawn(&newest, host);
    recorder_spawn(&fails, host);
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    given.overflow = 3;
    CHECK_EQ(art_port_subscribe(host->rt, port, oldest.id, &given), ART_INVALID_ARGUMENT);
    given.overflow = ART_BACKLOG_DROP_OLDEST;
    CHECK_EQ(art_port_subscribe(host->rt, port, oldest.id, &given), ART_OK);
    given.overflow = ART_BACKLOG_DROP_NEWEST;
    CHECK_EQ(art_port_subscribe(host->rt, port, newest.id, &given), ART_OK);
    given.overflow = ART_BACKLOG_FAIL;
    CHECK_EQ(art_port_subscribe(host->rt, port, fails.id, &given), ART_OK);
    for (uint64_t word = 1; word <= 4; word++) {
        CHECK_EQ(publish(host, port, word, word <= 2 ? 3 : 1), ART_OK);
    }
    host_run(host);
    CHECK(oldest.count == 2 && last_word(&oldest) == 4 && oldest.last.detail == 0);
    CHECK(newest.count == 2 && last_word(&newest) == 2 && newest.last.detail == 0);
    CHECK(fails.notified == 1 && fails.cause.kind == ART_STOP_FAILED);
    CHECK_EQ(publish(host, port, 5, 2), ART_OK);
    host_run(host);
    CHECK(oldest.last.detail == 0 && newest.count == 3 && newest.last.detail == 2);
    CHECK_EQ(art_port_destroy(host->rt, port), ART_OK);
}

/* A mailbox without room is a loss, too. */
static void the_mailbox_has_its_bound_besides(fake_host *host)
{
    static recorder actor;
    art_actor_config config = recorder_config(&actor);
    art_subscription given = subscription("value", 9);
    art_port port = 0;
    config.capacity = 1;
    CHECK_EQ(art_spawn(host->rt, &config, &actor.id), ART_OK);
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, port, actor.id, &given), ART_OK);
    CHECK_EQ(publish(host, port, 1, 1), ART_OK);
    CHECK_EQ(publish(host, port, 2, 0), ART_OK);
    host_run(host);
    CHECK_EQ(publish(host, port, 3, 1), ART_OK);
    host_run(host);
    CHECK(actor.count == 2 && last_word(&actor) == 3);
    CHECK_EQ(art_port_destroy(host->rt, port), ART_OK);
}

static art_status publish_inside(recorder *self, art_context *context, const art_msg *message)
{
    if (message->tag == art_tag("go")) {
        CHECK_EQ(art_port_publish(art_context_runtime(context), *(art_port *)self->user, "inside", 6, NULL), ART_OK);
    }
    return ART_OK;
}

static void the_sender_is_the_actor_that_publishes(fake_host *host)
{
    static recorder source, sink;
    art_subscription given = subscription("value", 1);
    art_port port = 0;
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    source.handle = publish_inside;
    source.user = &port;
    recorder_spawn(&source, host);
    recorder_spawn(&sink, host);
    CHECK_EQ(art_port_subscribe(host->rt, port, sink.id, &given), ART_OK);
    CHECK_EQ(post_word(host, source.id, "go", 0), ART_OK);
    host_run(host);
    CHECK(sink.count == 1 && sink.last.sender == source.id && memcmp(sink.bytes, "inside", 6) == 0);
    CHECK_EQ(art_port_destroy(host->rt, port), ART_OK);
}

static art_status fail_on_value(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    (void)context;
    (void)message;
    return ART_USER_ERROR;
}

static art_status take_value(recorder *self, art_context *context, const art_msg *message)
{
    art_payload *taken = self->user;
    (void)message;
    taken->struct_size = sizeof *taken;
    return art_context_take(context, taken);
}

/* All share the bytes of one buffer, which goes with the last of them. */
static void a_buffer_goes_with_its_last_message(fake_host *host)
{
    static recorder keeps, fails;
    art_payload taken = ART_PAYLOAD_INIT;
    art_subscription given = subscription("value", 1);
    art_port port = 0;
    art_buffer *buffer = NULL;
    drops released = {0}, second = {0}, third = {0};
    size_t count = 0;
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    keeps.handle = take_value;
    keeps.user = &taken;
    fails.handle = fail_on_value;
    recorder_spawn(&keeps, host);
    recorder_spawn(&fails, host);
    CHECK_EQ(art_port_subscribe(host->rt, port, keeps.id, &given), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, port, fails.id, &given), ART_OK);
    CHECK_EQ(art_buffer_wrap(&port, sizeof port, count_drop, &released, &buffer), ART_OK);
    CHECK_EQ(art_port_publish_buffer(host->rt, port, buffer, &count), ART_OK);
    CHECK(count == 2 && released.calls == 0);
    host_run(host);
    CHECK(fails.notified == 1 && fails.cause.reason == ART_USER_ERROR);
    CHECK(released.calls == 0 && taken.data == &port);
    taken.drop(taken.data, taken.len, taken.drop_user, ART_DROP_DELIVERED);
    CHECK_EQ(released.calls, 1);
    /* One that takes the place of another, and one that nobody wants. */
    CHECK_EQ(art_buffer_wrap(&port, sizeof port, count_drop, &second, &buffer), ART_OK);
    CHECK_EQ(art_port_publish_buffer(host->rt, port, buffer, NULL), ART_OK);
    CHECK_EQ(art_buffer_wrap(&port, sizeof port, count_drop, &third, &buffer), ART_OK);
    CHECK_EQ(art_port_publish_buffer(host->rt, port, buffer, NULL), ART_OK);
    CHECK(second.calls == 1 && third.calls == 0);
    CHECK_EQ(art_port_destroy(host->rt, port), ART_OK);
    CHECK_EQ(third.calls, 1);
    host_run(host);
    CHECK_EQ(keeps.count, 1);
    CHECK_EQ(art_buffer_wrap(&port, sizeof port, count_drop, &third, &buffer), ART_OK);
    CHECK_EQ(art_port_publish_buffer(host->rt, port, buffer, NULL), ART_NOT_FOUND);
    CHECK_EQ(third.calls, 2);
    CHECK_EQ(art_port_publish_buffer(host->rt, port, NULL, NULL), ART_NULL_POINTER);
}

/* What a drop function does inside of a port. */
static struct {
    art_runtime *rt;
    art_port port;
    art_actor actor;
    int calls;
} inside;

static void call_in(drops *self)
{
    art_subscription given = subscription("value", 1);
    size_t count = 0;
    (void)self;
    if (inside.calls++ > 0) {
        return;
    }
    CHECK_EQ(art_port_publish(inside.rt, inside.port, NULL, 0, NULL), ART_BUSY);
    CHECK_EQ(art_port_subscribe(inside.rt, inside.port, inside.actor, &given), ART_BUSY);
    CHECK_EQ(art_port_unsubscribe(inside.rt, inside.port, inside.actor), ART_BUSY);
    CHECK_EQ(art_port_subscribers(inside.rt, inside.port, &count), ART_BUSY);
    CHECK_EQ(art_destroy(inside.rt), ART_BUSY);
    CHECK_EQ(art_step(inside.rt, ART_NOW, NULL, NULL), ART_BUSY);
    CHECK_EQ(art_post(inside.rt, inside.actor, 5, NULL, 0), ART_OK);
    CHECK_EQ(art_port_destroy(inside.rt, inside.port), ART_OK);
}

static void a_drop_finds_its_port_busy(fake_host *host)
{
    static recorder actor;
    art_subscription given = subscription("value", 1);
    drops released = {0};
    art_buffer *buffer = NULL;
    released.inside = call_in;
    recorder_spawn(&actor, host);
    inside.rt = host->rt;
    inside.actor = actor.id;
    CHECK_EQ(art_port_create(host->rt, &inside.port), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, inside.port, actor.id, &given), ART_OK);
    for (int value = 0; value < 2; value++) {
        CHECK_EQ(art_buffer_wrap(&given, 1, count_drop, &released, &buffer), ART_OK);
        CHECK_EQ(art_port_publish_buffer(host->rt, inside.port, buffer, NULL), ART_OK);
    }
    CHECK_EQ(inside.calls, 2);
    CHECK_EQ(released.calls, 2);
    host_run(host);
    CHECK(actor.count == 1 && actor.last.tag == 5);
}

static void mistakes_are_refused(fake_host *host)
{
    static recorder actor;
    art_subscription given = subscription("value", 1);
    art_port port = 0;
    recorder_spawn(&actor, host);
    CHECK_EQ(art_port_create(host->rt, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, port, 0, &given), ART_NOT_FOUND);
    CHECK_EQ(art_port_subscribe(host->rt, port, port, &given), ART_WRONG_KIND);
    CHECK_EQ(art_port_subscribe(host->rt, actor.id, actor.id, &given), ART_WRONG_KIND);
    CHECK_EQ(art_port_subscribe(host->rt, port, actor.id, NULL), ART_NULL_POINTER);
    given.capacity = 0;
    CHECK_EQ(art_port_subscribe(host->rt, port, actor.id, &given), ART_INVALID_ARGUMENT);
    given = subscription("value", 1);
    given.tag = ART_TAG_DOWN;
    CHECK_EQ(art_port_subscribe(host->rt, port, actor.id, &given), ART_INVALID_ARGUMENT);
    given.struct_size = 4;
    CHECK_EQ(art_port_subscribe(host->rt, port, actor.id, &given), ART_STRUCT_SIZE);
    CHECK_EQ(art_port_publish(host->rt, port, NULL, 1, NULL), ART_NULL_POINTER);
    CHECK_EQ(art_port_subscribers(host->rt, port, NULL), ART_NULL_POINTER);
    /* A Rust actor, such as a pool's. */
    art_heartbeat heartbeat = ART_HEARTBEAT_INIT;
    art_actor other = 0;
    heartbeat.cycle_ns = 1000000;
    CHECK_EQ(art_heartbeat_start(host->rt, &heartbeat, NULL, NULL, &other), ART_OK);
    given = subscription("value", 1);
    CHECK_EQ(art_port_subscribe(host->rt, port, other, &given), ART_UNSUPPORTED);
    CHECK_EQ(art_stop(host->rt, other, 0), ART_OK);
    host_run(host);
}

/* Ports go with their runtime, with what waits. */
static void all_goes_with_the_runtime(fake_host *host)
{
    static recorder actor;
    art_subscription given = subscription("value", 4);
    art_port port = 0;
    art_buffer *buffer = NULL;
    drops released = {0};
    recorder_spawn(&actor, host);
    CHECK_EQ(art_port_create(host->rt, &port), ART_OK);
    CHECK_EQ(art_port_subscribe(host->rt, port, actor.id, &given), ART_OK);
    CHECK_EQ(art_buffer_wrap(&port, 1, count_drop, &released, &buffer), ART_OK);
    CHECK_EQ(art_port_publish_buffer(host->rt, port, buffer, NULL), ART_OK);
    host_destroy(host);
    CHECK(released.calls == 1 && actor.count == 0);
}

int main(void)
{
    fake_host host;
    host_create(&host);
    each_subscriber_gets_each_value(&host);
    a_subscriber_says_what_it_loses(&host);
    the_mailbox_has_its_bound_besides(&host);
    the_sender_is_the_actor_that_publishes(&host);
    a_buffer_goes_with_its_last_message(&host);
    a_drop_finds_its_port_busy(&host);
    mistakes_are_refused(&host);
    all_goes_with_the_runtime(&host);
    return finish();
}
