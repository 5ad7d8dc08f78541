/* Every kind of payload arrives whole and is dropped exactly once: copied, owned, shared, taken over, on a timer, refused. */
#include "fake_host.h"

static art_payload taken;

static art_status take(recorder *self, art_context *context, const art_msg *message)
{
    art_payload payload = ART_PAYLOAD_INIT;
    (void)self;
    if (message->tag == art_tag("take")) {
        CHECK_EQ(art_context_take(context, &payload), ART_OK);
        taken = payload;
        CHECK_EQ(art_context_take(context, &payload), ART_NO_CONTEXT);
    }
    return ART_OK;
}

static void give_back(void)
{
    if (taken.drop != NULL) {
        taken.drop(taken.data, taken.len, taken.drop_user, ART_DROP_DELIVERED);
    }
}

static uint64_t dead_letters(art_runtime *rt)
{
    art_pending_info pending = ART_PENDING_INFO_INIT;
    CHECK_EQ(art_pending(rt, &pending), ART_OK);
    return pending.dead_letters;
}

int main(void)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 255, 2047, 2048, 2049, 4096};
    unsigned char bytes[4096];
    fake_host host;
    recorder actor = {0};
    drops dropped = {0};
    art_buffer *buffer = NULL;
    art_remote *remote = NULL;
    host_create(&host);
    actor.handle = take;
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_remote_create(host.rt, &remote), ART_OK);
    host_run(&host);
    for (size_t index = 0; index < sizeof bytes; index++) {
        bytes[index] = (unsigned char)(index * 7 + index / 256);
    }
    for (size_t index = 0; index < COUNT(sizes); index++) {
        size_t size = sizes[index];
        for (int way = 0; way < 4; way++) {
            memset(actor.bytes, 0, sizeof actor.bytes);
            art_status status = way == 0   ? art_post(host.rt, actor.id, art_tag("x"), bytes, size)
                                : way == 1 ? art_remote_post(remote, actor.id, art_tag("x"), bytes, size)
                                : way == 2 ? art_timer_at(host.rt, actor.id, art_tag("x"), 0, bytes, size, NULL)
                                           : art_post(host.rt, actor.id, art_tag("take"), bytes, size + (size == 0));
            CHECK_EQ(status, ART_OK);
            CHECK_EQ(host_run(&host), 1);
            CHECK_EQ(actor.last.len, size + (way == 3 && size == 0));
            CHECK(size != 0 || way == 3 || actor.last.data == NULL);
            CHECK_EQ(memcmp(actor.bytes, bytes, size), 0);
            if (way == 3) {
                CHECK_EQ(memcmp(taken.data, bytes, size), 0);
                give_back();
            }
        }
    }
    /* A timer that never fires, of each size, is freed with its actor (the leak checkers look). */
    CHECK_EQ(art_timer_at(host.rt, actor.id, art_tag("x"), ART_NEVER - 1, bytes, 100, NULL), ART_OK);

    /* Owned. */
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), bytes, 10, count_drop, &dropped), ART_OK);
    CHECK_EQ(dropped.calls, 0);
    host_run(&host);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_DELIVERED);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("take"), bytes, 10, count_drop, &dropped), ART_OK);
    host_run(&host);
    CHECK_EQ(dropped.calls, 1);
    CHECK(taken.data == bytes);
    give_back();
    CHECK_EQ(dropped.calls, 2);

    /* Refused: consumed all the same. */
    CHECK_EQ(art_post_owned(NULL, actor.id, art_tag("x"), bytes, 10, count_drop, &dropped), ART_NULL_POINTER);
    CHECK_EQ(art_post_owned(host.rt, actor.id, 0, bytes, 10, count_drop, &dropped), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), NULL, 10, count_drop, &dropped), ART_NULL_POINTER);
    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), bytes, SIZE_MAX, count_drop, &dropped), ART_TOO_LARGE);
    CHECK_EQ(dropped.calls, 6);
    CHECK_EQ(dropped.reason, ART_DROP_REFUSED);
    CHECK_EQ(art_post(host.rt, actor.id, art_tag("x"), NULL, 8), ART_NULL_POINTER);
    CHECK_EQ(art_post(host.rt, actor.id, ART_TAG_REPLY, bytes, 8), ART_INVALID_ARGUMENT);

    /* Shared: each post consumes a reference, the last one releases. */
    memset(&dropped, 0, sizeof dropped);
    CHECK_EQ(art_buffer_wrap(bytes, 100, count_drop, &dropped, &buffer), ART_OK);
    for (int index = 0; index < 3; index++) {
        CHECK_EQ(art_post_buffer(host.rt, actor.id, art_tag("x"), art_buffer_ref(buffer)), ART_OK);
    }
    CHECK_EQ(art_remote_post_buffer(remote, actor.id, art_tag("x"), art_buffer_ref(buffer)), ART_OK);
    CHECK_EQ(art_post_buffer(host.rt, 0, art_tag("x"), art_buffer_ref(buffer)), ART_NOT_FOUND);
    art_buffer_unref(buffer);
    CHECK_EQ(dropped.calls, 0);
    CHECK_EQ(host_run(&host), 4);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(actor.last.len, 100);

    /* A full mailbox: try gives the payload back, the other way consumes it, a remote learns of it by the reason. */
    recorder narrow = {0};
    art_actor_config config = recorder_config(&narrow);
    config.capacity = 2;
    CHECK_EQ(art_spawn(host.rt, &config, &narrow.id), ART_OK);
    host_run(&host);
    memset(&dropped, 0, sizeof dropped);
    CHECK_EQ(art_post(host.rt, narrow.id, art_tag("x"), bytes, 8), ART_OK);
    CHECK_EQ(art_post(host.rt, narrow.id, art_tag("x"), bytes, 8), ART_OK);
    uint64_t lost = dead_letters(host.rt);
    CHECK_EQ(art_post(host.rt, narrow.id, art_tag("x"), bytes, 8), ART_FULL);
    CHECK_EQ(dead_letters(host.rt), lost + 1);
    CHECK_EQ(art_try_post(host.rt, narrow.id, art_tag("x"), bytes, 9), ART_FULL);
    CHECK_EQ(art_try_post_owned(host.rt, narrow.id, art_tag("x"), bytes, 8, count_drop, &dropped), ART_FULL);
    CHECK_EQ(dropped.calls, 0);
    CHECK_EQ(dead_letters(host.rt), lost + 1);
    CHECK_EQ(art_post_owned(host.rt, narrow.id, art_tag("x"), bytes, 8, count_drop, &dropped), ART_FULL);
    CHECK_EQ(dropped.calls, 1);
    CHECK_EQ(dropped.reason, ART_DROP_FULL);
    CHECK_EQ(art_remote_post_owned(remote, narrow.id, art_tag("x"), bytes, 8, count_drop, &dropped), ART_OK);
    CHECK_EQ(host_run(&host), 2);
    CHECK_EQ(dropped.calls, 2);
    CHECK_EQ(dropped.reason, ART_DROP_FULL);
    CHECK_EQ(dead_letters(host.rt), lost + 3);
    CHECK_EQ(art_post(host.rt, narrow.id, art_tag("x"), bytes, 8), ART_OK);
    CHECK_EQ(art_kill(host.rt, narrow.id, 0, NULL, 0), ART_OK);
    CHECK_EQ(art_remote_post_owned(remote, narrow.id, art_tag("x"), bytes, 8, count_drop, &dropped), ART_OK);
    host_run(&host);
    host_run(&host);
    CHECK_EQ(dropped.calls, 3);
    CHECK_EQ(dropped.reason, ART_DROP_NOT_FOUND);
    CHECK_EQ(dead_letters(host.rt), lost + 5);
    art_remote_unref(remote);
    host_destroy(&host);
    return finish();
}
