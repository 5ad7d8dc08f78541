/*
 * The calls that every_call.h has not: those for any thread, and those for the owner whose arguments matter here.
 */
#ifndef MAY_CALL_ANY_H
#define MAY_CALL_ANY_H

#include "may_call_scene.h"

/* ---- the functions for any thread ---- */

static art_status any_version(scene *self)
{
    (void)self;
    return art_version() == ART_VERSION ? ART_OK : ART_FAILED;
}

static art_status any_build_flags(scene *self)
{
    (void)self;
    return art_build_flags() == 0 ? ART_OK : ART_FAILED;
}

static art_status any_status_text(scene *self)
{
    (void)self;
    return art_status_text(ART_BUSY) != NULL ? ART_OK : ART_FAILED;
}

static art_status any_tag_from_name(scene *self)
{
    uint64_t tag = 0;
    (void)self;
    return art_tag_from_name("x", ART_NUL_TERMINATED, &tag);
}

static art_status any_config_init(scene *self)
{
    art_config config;
    (void)self;
    return art_config_init(&config, sizeof config);
}

static art_status any_create(scene *self)
{
    art_config config = ART_CONFIG_INIT;
    art_runtime *rt = NULL;
    config.wake = wake;
    config.wake_drop = wake_drop;
    config.wake_user = self;
    config.clock = read_clock;
    config.clock_user = self;
    config.start_ns = ART_NOW;
    /* Without a runtime in the scene one that is refused. */
    config.abi_version = self->rt != NULL ? ART_ABI_VERSION : 77;
    art_status status = art_create(&config, &rt, NULL, 0);
    unsigned before = ran;
    art_destroy(rt);
    ran = before;
    return status;
}

static art_status any_remote_clone(scene *self)
{
    art_remote *clone = NULL;
    art_status status = art_remote_clone(self->remote, &clone);
    art_remote_unref(clone);
    return status;
}

static art_status any_remote_ref(scene *self)
{
    art_remote_unref(art_remote_ref(self->remote));
    return ART_OK;
}

static art_status any_remote_post(scene *self)
{
    return art_remote_post(self->remote, self->subject, EVERY_CALL_TAG, "x", 1);
}

static art_status any_remote_post_owned(scene *self)
{
    return art_remote_post_owned(self->remote, self->subject, EVERY_CALL_TAG, self, 1, payload_drop, self);
}

static art_status any_remote_post_buffer(scene *self)
{
    art_buffer *buffer = NULL;
    CHECK_EQ(art_buffer_wrap(self, 1, payload_drop, self, &buffer), ART_OK);
    return art_remote_post_buffer(self->remote, self->subject, EVERY_CALL_TAG, buffer);
}

static art_status any_remote_reply(scene *self)
{
    return art_remote_reply(self->remote, self->at.token, EVERY_CALL_TAG, "x", 1);
}

static art_status any_remote_reply_owned(scene *self)
{
    return art_remote_reply_owned(self->remote, self->at.token, EVERY_CALL_TAG, self, 1, payload_drop, self);
}

static art_status any_remote_wake(scene *self)
{
    return art_remote_wake(self->remote);
}

static art_status any_remote_interrupt(scene *self)
{
    return art_remote_interrupt(self->remote);
}

static art_status any_remote_ask(scene *self)
{
    return art_remote_ask(self->remote, self->subject, EVERY_CALL_TAG, NULL, 0, ART_NEVER, answered, self);
}

typedef struct wait_there {
    scene *self;
    art_status status;
} wait_there;

static void *ask_and_wait(void *argument)
{
    wait_there *there = argument;
    art_waited waited = ART_WAITED_INIT;
    there->status = art_remote_ask_wait(there->self->remote, there->self->subject, EVERY_CALL_TAG, NULL, 0, 0, &waited);
    art_buffer_unref(waited.answer);
    return NULL;
}

static art_status any_remote_ask_wait(scene *self)
{
    wait_there there = {self, ART_OK};
    on_other_thread(ask_and_wait, &there);
    return there.status;
}

static art_status any_waker_wake(scene *self)
{
    return art_waker_wake(self->waker);
}

static art_status any_waker_ref(scene *self)
{
    art_waker_unref(art_waker_ref(self->waker));
    return ART_OK;
}

static art_status any_waker_unref(scene *self)
{
    art_waker_unref(self->waker);
    self->waker = NULL;
    return ART_OK;
}

static art_status any_watchdog_busy(scene *self)
{
    art_busy busy = ART_BUSY_INIT;
    return art_watchdog_busy(self->watchdog, &busy, NULL, 0, NULL);
}

static art_status any_watchdog_ref(scene *self)
{
    art_watchdog_unref(art_watchdog_ref(self->watchdog));
    return ART_OK;
}

static art_status any_watchdog_unref(scene *self)
{
    art_watchdog_unref(self->watchdog);
    self->watchdog = NULL;
    return ART_OK;
}

static art_status any_buffer_create(scene *self)
{
    art_buffer *buffer = NULL;
    (void)self;
    art_status status = art_buffer_create("x", 1, &buffer);
    art_buffer_unref(buffer);
    return status;
}

static art_status any_buffer_wrap(scene *self)
{
    art_buffer *buffer = NULL;
    if (self->rt == NULL) {
        return art_buffer_wrap(self, SIZE_MAX, payload_drop, self, &buffer);
    }
    art_status status = art_buffer_wrap(self, 1, NULL, self, &buffer);
    art_buffer_unref(buffer);
    return status;
}

static art_status any_buffer_data(scene *self)
{
    art_buffer *buffer = NULL;
    CHECK_EQ(art_buffer_wrap(self, 1, NULL, self, &buffer), ART_OK);
    const void *data = art_buffer_data(art_buffer_ref(buffer), NULL);
    art_buffer_unref(buffer);
    art_buffer_unref(buffer);
    return data == self ? ART_OK : ART_FAILED;
}

static art_status any_buffer_unref(scene *self)
{
    art_buffer *buffer = NULL;
    CHECK_EQ(art_buffer_wrap(self, 1, payload_drop, self, &buffer), ART_OK);
    art_buffer_unref(buffer);
    return ART_OK;
}

static art_status any_poll(scene *self)
{
    art_poll *poll = NULL;
    art_config config = ART_CONFIG_INIT;
    (void)self;
    CHECK_EQ(art_poll_create(&poll), ART_OK);
    CHECK(art_poll_fd(poll) >= 0);
    CHECK_EQ(art_poll_attach(poll, &config), ART_OK);
    art_status status = art_poll_clear(poll);
    art_poll_unref(poll);
    config.wake_drop(config.wake_user);
    return status;
}

static art_status any_api(scene *self)
{
    (void)self;
    return art_api(ART_VERSION) != NULL ? ART_OK : ART_FAILED;
}

/* As in every_call.h, but reading the clock. */
static art_status next_timeout_now(scene *self)
{
    uint64_t value = 0;
    return art_next_timeout(self->rt, ART_NOW, &value);
}

static art_status timeout_ms_now(scene *self)
{
    int32_t value = 0;
    return art_timeout_ms(self->rt, ART_NOW, &value);
}

/* An actor that has something to do, one that ends, and a host call that is over. */
static art_status step_with_all(scene *self)
{
    art_post_owned(self->rt, self->subject, EVERY_CALL_TAG, self, 1, other_drop, self);
    art_stop(self->rt, self->other, 0);
    art_run_host_calls(self->rt, 0, NULL);
    begin_call();
    return art_step(self->rt, ART_NOW, NULL, NULL);
}

/* It leaves something to do. */
static art_status step_for_one(scene *self)
{
    art_config config = ART_CONFIG_INIT;
    art_budget budget = ART_BUDGET_INIT;
    art_actor_config actor = ART_ACTOR_CONFIG_INIT;
    art_runtime *rt = NULL;
    art_actor id = 0;
    config.flags = ART_CONFIG_WAKE_ON_MORE;
    config.wake = wake;
    config.wake_user = self;
    config.wake_drop = wake_drop;
    CHECK_EQ(art_create(&config, &rt, NULL, 0), ART_OK);
    actor.vtable = &vtable;
    actor.argument = self;
    CHECK_EQ(art_spawn(rt, &actor, &id), ART_OK);
    CHECK_EQ(art_post(rt, id, EVERY_CALL_TAG, NULL, 0), ART_OK);
    CHECK_EQ(art_post(rt, id, EVERY_CALL_TAG, NULL, 0), ART_OK);
    budget.max_messages = 1;
    begin_call();
    art_status status = art_step(rt, 1, &budget, NULL);
    CHECK((ran & EVERY_CALL_WAKE) != 0);
    /* What comes now is no part of it. */
    void (*hears)(unsigned) = every_call_hears;
    every_call_hears = NULL;
    CHECK_EQ(art_destroy(rt), ART_OK);
    every_call_hears = hears;
    return status;
}

static art_status run_host_calls(scene *self)
{
    return art_run_host_calls(self->rt, 0, NULL);
}

/* Nobody hears what came of it, and so its user goes with it. */
static art_status run_host_calls_of_nobody(scene *self)
{
    art_kill(self->rt, self->subject, 0, NULL, 0);
    begin_call();
    return art_run_host_calls(self->rt, 0, NULL);
}

/* ---- in a handler of an ask of the host's ---- */

static art_status reply_to_the_host(scene *self)
{
    return art_context_reply(self->at.context, EVERY_CALL_TAG, "x", 1);
}

static art_status reply_to_all(scene *self)
{
    uint32_t first = 0;
    CHECK_EQ(art_context_coalesce(self->at.context, "key", 3, &first), ART_OK);
    return art_context_coalesced_reply(self->at.context, "key", 3, EVERY_CALL_TAG, "x", 1, NULL);
}

static art_status drop_all(scene *self)
{
    uint32_t first = 0;
    CHECK_EQ(art_context_coalesce(self->at.context, "key", 3, &first), ART_OK);
    return art_context_coalesced_drop(self->at.context, "key", 3, NULL);
}

static art_status ask_a_crowded_one(scene *self)
{
    return art_context_ask_holding(self->at.context, self->subject, EVERY_CALL_TAG, "x", 1, ART_NEVER, NULL);
}

static const any_call asked_by_the_host[] = {
    {"art_context_reply", reply_to_the_host, false},
    {"art_context_coalesced_reply", reply_to_all, false},
    {"art_context_coalesced_drop", drop_all, false},
    {"art_context_ask_holding", ask_a_crowded_one, false},
};

/* Of one function several, where its arguments matter. */
static const any_call any_calls[] = {
    {"art_version", any_version, false},
    {"art_build_flags", any_build_flags, false},
    {"art_status_text", any_status_text, false},
    {"art_tag_from_name", any_tag_from_name, false},
    {"art_config_init", any_config_init, false},
    {"art_create", any_create, false},
    {"art_remote_clone", any_remote_clone, false},
    {"art_remote_ref", any_remote_ref, false},
    {"art_remote_unref", any_remote_ref, false},
    {"art_remote_post", any_remote_post, false},
    {"art_remote_post_owned", any_remote_post_owned, false},
    {"art_remote_post_buffer", any_remote_post_buffer, false},
    {"art_remote_reply", any_remote_reply, false},
    {"art_remote_reply_owned", any_remote_reply_owned, false},
    {"art_remote_wake", any_remote_wake, false},
    {"art_remote_interrupt", any_remote_interrupt, false},
    {"art_remote_ask", any_remote_ask, false},
    {"art_remote_ask_wait", any_remote_ask_wait, false},
    {"art_waker_wake", any_waker_wake, false},
    {"art_waker_unref", any_waker_unref, false},
    {"art_waker_ref", any_waker_ref, false},
    {"art_watchdog_busy", any_watchdog_busy, false},
    {"art_watchdog_ref", any_watchdog_ref, false},
    {"art_watchdog_unref", any_watchdog_unref, false},
    {"art_buffer_create", any_buffer_create, false},
    {"art_buffer_wrap", any_buffer_wrap, false},
    {"art_buffer_data", any_buffer_data, false},
    {"art_buffer_ref", any_buffer_data, false},
    {"art_buffer_unref", any_buffer_unref, false},
    {"art_poll_create", any_poll, false},
    {"art_poll_attach", any_poll, false},
    {"art_poll_fd", any_poll, false},
    {"art_poll_clear", any_poll, false},
    {"art_poll_unref", any_poll, false},
    {"art_api", any_api, false},
    {"art_next_timeout", next_timeout_now, true},
    {"art_timeout_ms", timeout_ms_now, true},
    {"art_step", step_with_all, true},
    {"art_step", step_for_one, true},
    {"art_run_host_calls", run_host_calls, false},
    {"art_run_host_calls", run_host_calls_of_nobody, false},
};

#endif
