/*
 * Every function of a runtime, each with a call whose arguments do no harm to the test but would leave a trace if a refused call
 * were made nevertheless. The rules that hold for all of them (wrong thread, inside wake, fork, ...) are tested with this table;
 * p32_every_call.c checks that it misses none.
 */
#ifndef EVERY_CALL_H
#define EVERY_CALL_H

#include "actor_rt.h"
#include "check.h"

/* Whom the calls are made to, and what they handed over and got back. */
typedef struct every_call_place {
    const art_api_table *api;
    art_runtime *rt;
    art_context *context;
    art_actor actor; /* as are the next two: 0, or something that a call would change */
    art_timer timer;
    art_reply_token token;
    art_port port;
    int released; /* by the call that was made last */
    bool delivered; /* said so of what it released */
} every_call_place;

/* Of which kind a function is that the library calls back: the words of `May call:` in the header. */
enum {
    EVERY_CALL_WAKE = 1,
    EVERY_CALL_CLOCK = 2,
    EVERY_CALL_LOG = 4,
    EVERY_CALL_WAKE_DROP = 8,
    EVERY_CALL_HANDLERS = 16,
    EVERY_CALL_ON_STOP = 32,
    EVERY_CALL_DESTROYS = 64,
    EVERY_CALL_NOTIFY = 128,
    EVERY_CALL_DROPS = 256,
    EVERY_CALL_ARGUMENT_DROP = 512,
    EVERY_CALL_USER_DROP = 1024,
    EVERY_CALL_TOLD = 2048,
    EVERY_CALL_HOST_CALLS = 4096,
    /* Of payloads that other calls handed over. */
    EVERY_CALL_OTHER_DROPS = 8192
};

/* Hears which kinds run, if it is set. */
static void (*every_call_hears)(unsigned kind);

static void every_call_ran(unsigned kind)
{
    if (every_call_hears != NULL) {
        every_call_hears(kind);
    }
}

typedef struct every_call {
    const char *name;
    art_status (*call)(every_call_place *at);
    int consumes;    /* how many things it must release when it is refused */
    bool of_context; /* takes the handler's context, not the runtime */
} every_call;

/* What the calls without a status answer when they are refused. */
enum { EVERY_CALL_NOTHING = 1 };

/* As it was before a call that must not write it. */
enum { EVERY_CALL_UNTOUCHED = 77 };

static void every_call_drop(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    every_call_ran(EVERY_CALL_DROPS);
    ++((every_call_place *)user)->released;
    ((every_call_place *)user)->delivered = reason == ART_DROP_DELIVERED;
}

/* A buffer does not know why its last reference goes. */
static void every_call_buffer_drop(void *data, size_t len, void *user, uint32_t reason)
{
    (void)data;
    (void)len;
    (void)reason;
    every_call_ran(EVERY_CALL_DROPS);
    ++((every_call_place *)user)->released;
}

static void every_call_argument_drop(void *argument)
{
    every_call_ran(EVERY_CALL_ARGUMENT_DROP);
    ++((every_call_place *)argument)->released;
}

static void every_call_user_drop(void *user)
{
    every_call_ran(EVERY_CALL_USER_DROP);
    ++((every_call_place *)user)->released;
}

static art_status every_call_ignore(void *state, art_context *context, const art_msg *message)
{
    (void)state;
    (void)context;
    (void)message;
    every_call_ran(EVERY_CALL_HANDLERS);
    return ART_OK;
}

static uint64_t every_call_host_call(art_runtime *rt, void *user)
{
    (void)rt;
    (void)user;
    every_call_ran(EVERY_CALL_HOST_CALLS);
    return 0;
}

static const uint64_t every_call_word = 5;
#define EVERY_CALL_TAG art_tag("every call")

/* ---- of the runtime ---- */

static art_status every_call_tag_register(every_call_place *at)
{
    return at->api->tag_register(at->rt, EVERY_CALL_TAG, "every call", ART_NUL_TERMINATED, ART_ANY_SIZE);
}

static art_status every_call_adopt_thread(every_call_place *at)
{
    return at->api->adopt_thread(at->rt);
}

static art_status every_call_now(every_call_place *at)
{
    uint64_t value = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->now(at->rt, &value);
    CHECK(status == ART_OK || value == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_last_message(every_call_place *at)
{
    char text[4] = "abc";
    size_t len = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->last_message(at->rt, text, sizeof text, &len);
    CHECK(status == ART_OK || (len == EVERY_CALL_UNTOUCHED && strcmp(text, "abc") == 0));
    return status;
}

static art_status every_call_step(every_call_place *at)
{
    art_step_result result = ART_STEP_RESULT_INIT;
    result.handled = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->step(at->rt, 1, NULL, &result);
    CHECK(status == ART_OK || result.handled == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_next_timeout(every_call_place *at)
{
    uint64_t value = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->next_timeout(at->rt, 1, &value);
    CHECK(status == ART_OK || value == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_next_deadline(every_call_place *at)
{
    uint64_t value = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->next_deadline(at->rt, &value);
    CHECK(status == ART_OK || value == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_timeout_ms(every_call_place *at)
{
    int32_t value = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->timeout_ms(at->rt, 1, &value);
    CHECK(status == ART_OK || value == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_pending(every_call_place *at)
{
    art_pending_info info = ART_PENDING_INFO_INIT;
    info.actors = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->pending(at->rt, &info);
    CHECK(status == ART_OK || info.actors == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_spawn(every_call_place *at)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, every_call_ignore, NULL, NULL};
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    art_actor id = EVERY_CALL_UNTOUCHED;
    config.vtable = &vtable;
    config.argument = at;
    config.argument_drop = every_call_argument_drop;
    art_status status = at->api->spawn(at->rt, &config, &id);
    CHECK((status == ART_OK) == (id != 0));
    return status;
}

static art_status every_call_stop(every_call_place *at)
{
    return at->api->stop(at->rt, at->actor, 0);
}

static art_status every_call_kill(every_call_place *at)
{
    return at->api->kill(at->rt, at->actor, -1, "no", ART_NUL_TERMINATED);
}

/* A word and no bytes at all have ways of their own in the library. */
static art_status every_call_post(every_call_place *at)
{
    art_status status = at->api->post(at->rt, at->actor, EVERY_CALL_TAG, NULL, 0);
    art_status again = at->api->post(at->rt, at->actor, EVERY_CALL_TAG, &every_call_word, sizeof every_call_word);
    CHECK(again == status || (status == ART_OK && again == ART_FULL));
    return status;
}

static art_status every_call_try_post(every_call_place *at)
{
    art_status status = at->api->try_post(at->rt, at->actor, EVERY_CALL_TAG, NULL, 0);
    art_status again = at->api->try_post(at->rt, at->actor, EVERY_CALL_TAG, &every_call_word, sizeof every_call_word);
    CHECK(again == status || (status == ART_OK && again == ART_FULL));
    return status;
}

static art_status every_call_post_owned(every_call_place *at)
{
    return at->api->post_owned(at->rt, at->actor, EVERY_CALL_TAG, at, 1, every_call_drop, at);
}

static art_status every_call_try_post_owned(every_call_place *at)
{
    return at->api->try_post_owned(at->rt, at->actor, EVERY_CALL_TAG, at, 1, every_call_drop, at);
}

static art_status every_call_post_buffer(every_call_place *at)
{
    art_buffer *buffer = NULL;
    CHECK_EQ(at->api->buffer_wrap(at, 1, every_call_buffer_drop, at, &buffer), ART_OK);
    return at->api->post_buffer(at->rt, at->actor, EVERY_CALL_TAG, buffer);
}

static art_status every_call_timer_at(every_call_place *at)
{
    art_timer timer = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->timer_at(at->rt, at->actor, EVERY_CALL_TAG, 1, NULL, 0, &timer);
    CHECK((status == ART_OK) == (timer != 0));
    return status;
}

static art_status every_call_timer_reset(every_call_place *at)
{
    return at->api->timer_reset(at->rt, at->timer, 1);
}

static art_status every_call_timer_cancel(every_call_place *at)
{
    return at->api->timer_cancel(at->rt, at->timer);
}

static art_status every_call_ask(every_call_place *at)
{
    art_reply_token token = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->ask(at->rt, at->actor, at->actor, EVERY_CALL_TAG, NULL, 0, ART_NEVER, &token);
    CHECK((status == ART_OK) == (token != 0));
    return status;
}

static art_status every_call_ask_cancel(every_call_place *at)
{
    return at->api->ask_cancel(at->rt, at->token);
}

static art_status every_call_reply(every_call_place *at)
{
    return at->api->reply(at->rt, at->token, EVERY_CALL_TAG, NULL, 0);
}

static art_status every_call_reply_owned(every_call_place *at)
{
    return at->api->reply_owned(at->rt, at->token, EVERY_CALL_TAG, at, 1, every_call_drop, at);
}

static art_status every_call_reply_drop(every_call_place *at)
{
    return at->api->reply_drop(at->rt, at->token);
}

static art_status every_call_run_host_calls(every_call_place *at)
{
    uint32_t ran = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->run_host_calls(at->rt, 0, &ran);
    CHECK(status == ART_OK || ran == 0);
    return status;
}

static art_status every_call_remote_create(every_call_place *at)
{
    art_remote *remote = (art_remote *)at;
    art_status status = at->api->remote_create(at->rt, &remote);
    CHECK((status == ART_OK) == (remote != NULL));
    at->api->remote_unref(status == ART_OK ? remote : NULL);
    return status;
}

static art_status every_call_waker_create(every_call_place *at)
{
    art_waker *waker = (art_waker *)at;
    art_status status = at->api->waker_create(at->rt, at->actor, EVERY_CALL_TAG, &waker);
    CHECK((status == ART_OK) == (waker != NULL));
    /* With the last reference it rings, which is not this call. */
    void (*hears)(unsigned) = every_call_hears;
    every_call_hears = NULL;
    at->api->waker_unref(status == ART_OK ? waker : NULL);
    every_call_hears = hears;
    return status;
}

static void every_call_exit(void *user, const art_exit *exit)
{
    (void)user;
    (void)exit;
    every_call_ran(EVERY_CALL_TOLD);
}

static void every_call_terminated(void *user, const art_actor *killed, size_t count)
{
    (void)user;
    (void)killed;
    (void)count;
    every_call_ran(EVERY_CALL_TOLD);
}

static art_status every_call_stop_because(every_call_place *at)
{
    return at->api->stop_because(at->rt, at->actor, 0, "no", ART_NUL_TERMINATED);
}

static art_status every_call_drain(every_call_place *at)
{
    return at->api->drain(at->rt, at->actor);
}

static art_status every_call_monitor(every_call_place *at)
{
    art_monitor_id monitor = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->monitor(at->rt, at->actor, at->actor, &monitor);
    CHECK((status == ART_OK) == (monitor != 0));
    return status;
}

static art_status every_call_on_exit(every_call_place *at)
{
    art_monitor_id monitor = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->on_exit(at->rt, at->actor, every_call_exit, at, &monitor);
    CHECK((status == ART_OK) == (monitor != 0));
    return status;
}

static art_status every_call_demonitor(every_call_place *at)
{
    return at->api->demonitor(at->rt, 0);
}

static art_status every_call_link(every_call_place *at)
{
    return at->api->link(at->rt, at->actor, at->actor);
}

static art_status every_call_unlink(every_call_place *at)
{
    return at->api->unlink(at->rt, at->actor, at->actor);
}

static art_status every_call_trap_exits(every_call_place *at)
{
    return at->api->trap_exits(at->rt, at->actor, 1);
}

static art_status every_call_set_supervisor(every_call_place *at)
{
    art_supervisor supervisor = ART_SUPERVISOR_INIT;
    return at->api->set_supervisor(at->rt, at->actor, &supervisor);
}

static art_status every_call_on_escalation(every_call_place *at)
{
    return at->api->on_escalation(at->rt, every_call_exit, NULL);
}

static art_status every_call_terminate(every_call_place *at)
{
    return at->api->terminate(at->rt, ART_NEVER, every_call_terminated, NULL);
}

static art_status every_call_stopped(every_call_place *at)
{
    return at->api->stopped(at->rt, at->actor);
}

static art_status every_call_children(every_call_place *at)
{
    art_actor id = EVERY_CALL_UNTOUCHED;
    size_t count = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->children(at->rt, 0, &id, 1, &count);
    CHECK(status == ART_OK || (id == EVERY_CALL_UNTOUCHED && count == EVERY_CALL_UNTOUCHED));
    return status;
}

static art_status every_call_count_children(every_call_place *at)
{
    art_child_counts counts = ART_CHILD_COUNTS_INIT;
    counts.entries = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->count_children(at->rt, 0, &counts);
    CHECK(status == ART_OK || counts.entries == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_supervisor_of(every_call_place *at)
{
    art_actor id = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->supervisor_of(at->rt, at->actor, &id);
    CHECK(status == ART_OK || id == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_child_terminate(every_call_place *at)
{
    return at->api->child_terminate(at->rt, at->actor);
}

static art_status every_call_child_restart(every_call_place *at)
{
    art_actor id = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->child_restart(at->rt, 0, at->actor, &id);
    CHECK((status == ART_OK) == (id != 0));
    return status;
}

static art_status every_call_child_forget(every_call_place *at)
{
    return at->api->child_forget(at->rt, 0, at->actor);
}

static art_status every_call_name_register(every_call_place *at)
{
    return at->api->name_register(at->rt, "every call", ART_NUL_TERMINATED, at->actor);
}

static art_status every_call_name_lookup(every_call_place *at)
{
    art_actor id = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->name_lookup(at->rt, "every call", ART_NUL_TERMINATED, &id);
    CHECK((status == ART_OK) == (id != 0));
    return status;
}

static art_status every_call_name_unregister(every_call_place *at)
{
    art_actor id = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->name_unregister(at->rt, "every call", ART_NUL_TERMINATED, &id);
    CHECK((status == ART_OK) == (id != 0));
    return status;
}

static art_status every_call_name_list(every_call_place *at)
{
    char names[4] = "abc";
    size_t len = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->name_list(at->rt, names, sizeof names, &len);
    CHECK(status == ART_OK || (len == EVERY_CALL_UNTOUCHED && strcmp(names, "abc") == 0));
    return status;
}

static const art_group *every_call_group(void)
{
    static art_group group = ART_GROUP_INIT;
    group.name = "every call";
    return &group;
}

static art_status every_call_group_join(every_call_place *at)
{
    return at->api->group_join(at->rt, every_call_group(), at->actor);
}

static art_status every_call_group_leave(every_call_place *at)
{
    return at->api->group_leave(at->rt, every_call_group(), at->actor);
}

static art_status every_call_group_members(every_call_place *at)
{
    art_actor id = EVERY_CALL_UNTOUCHED;
    size_t count = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->group_members(at->rt, every_call_group(), &id, 1, &count);
    CHECK(status == ART_OK || (id == EVERY_CALL_UNTOUCHED && count == EVERY_CALL_UNTOUCHED));
    return status;
}

static art_status every_call_group_post(every_call_place *at)
{
    size_t count = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->group_post(at->rt, every_call_group(), EVERY_CALL_TAG, NULL, 0, &count);
    CHECK(status == ART_OK || count == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_group_monitor(every_call_place *at)
{
    return at->api->group_monitor(at->rt, at->actor, every_call_group());
}

static art_status every_call_set_mailbox(every_call_place *at)
{
    art_mailbox mailbox = ART_MAILBOX_INIT;
    return at->api->set_mailbox(at->rt, at->actor, &mailbox);
}

static art_status every_call_post_with(every_call_place *at)
{
    art_sending sending = ART_SENDING_INIT;
    return at->api->post_with(at->rt, at->actor, &sending, EVERY_CALL_TAG, NULL, 0);
}

static art_status every_call_pause(every_call_place *at)
{
    return at->api->pause(at->rt, at->actor);
}

static art_status every_call_resume(every_call_place *at)
{
    return at->api->resume(at->rt, at->actor);
}

static art_status every_call_on_room(every_call_place *at)
{
    return at->api->on_room(at->rt, at->actor, at->actor, 0);
}

static art_status every_call_snapshot_json(every_call_place *at)
{
    char text[4] = "abc";
    size_t len = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->snapshot_json(at->rt, text, sizeof text, &len);
    CHECK(status == ART_OK || (len == EVERY_CALL_UNTOUCHED && strcmp(text, "abc") == 0));
    return status;
}

static art_status every_call_dead_letters(every_call_place *at)
{
    art_dead_letter_counts counts = ART_DEAD_LETTER_COUNTS_INIT;
    counts.full = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->dead_letters(at->rt, &counts);
    CHECK(status == ART_OK || counts.full == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_set_counting(every_call_place *at)
{
    return at->api->set_counting(at->rt, ART_COUNT_MESSAGES);
}

static art_status every_call_counts(every_call_place *at)
{
    art_actor_counts counts = ART_ACTOR_COUNTS_INIT;
    counts.messages = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->counts(at->rt, at->actor, &counts);
    CHECK(status == ART_OK || counts.messages == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_locate(every_call_place *at)
{
    art_located located = ART_LOCATED_INIT;
    located.queued = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->locate(at->rt, at->actor, &located);
    CHECK(status == ART_OK || located.queued == EVERY_CALL_UNTOUCHED);
    return status;
}

static void every_call_started(void *user, const art_actor *late, size_t count)
{
    (void)user;
    (void)late;
    (void)count;
    every_call_ran(EVERY_CALL_TOLD);
}

static void every_call_pong(void *user, const art_pong *pong)
{
    (void)user;
    (void)pong;
    every_call_ran(EVERY_CALL_TOLD);
}

static void every_call_pulse(void *user, const art_pulse *pulse)
{
    (void)user;
    (void)pulse;
    every_call_ran(EVERY_CALL_TOLD);
}

static void every_call_water(void *user, const art_water *water)
{
    (void)user;
    (void)water;
    every_call_ran(EVERY_CALL_TOLD);
}

static art_status every_call_name_monitor(every_call_place *at)
{
    return at->api->name_monitor(at->rt, at->actor, "every call", ART_NUL_TERMINATED);
}

static art_status every_call_restarts_monitor(every_call_place *at)
{
    return at->api->restarts_monitor(at->rt, at->actor, at->actor);
}

static art_status every_call_exit_after(every_call_place *at)
{
    art_timer timer = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->exit_after(at->rt, at->actor, 1, &timer);
    CHECK((status == ART_OK) == (timer != 0));
    return status;
}

static art_status every_call_kill_after(every_call_place *at)
{
    art_timer timer = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->kill_after(at->rt, at->actor, 1, &timer);
    CHECK((status == ART_OK) == (timer != 0));
    return status;
}

static art_status every_call_byte_budget_set(every_call_place *at)
{
    return at->api->byte_budget_set(at->rt, 1, 1 << 30, every_call_water, NULL);
}

static art_status every_call_system(every_call_place *at)
{
    return at->api->system(at->rt, at->actor, ART_SYSTEM_TERMINATE);
}

static art_status every_call_system_all(every_call_place *at)
{
    size_t count = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->system_all(at->rt, ART_SYSTEM_PAUSE, &count);
    CHECK(status == ART_OK || count == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_start_all(every_call_place *at)
{
    return at->api->start_all(at->rt, ART_NEVER, every_call_started, NULL);
}

static art_status every_call_ping(every_call_place *at)
{
    return at->api->ping(at->rt, at->actor, at->actor);
}

static art_status every_call_on_pong(every_call_place *at)
{
    return at->api->on_pong(at->rt, at->actor, every_call_pong, NULL);
}

static void every_call_answered(void *user, const art_msg *answer)
{
    (void)user;
    CHECK_EQ(answer->tag, ART_TAG_REPLY);
    every_call_ran(EVERY_CALL_TOLD);
}

static art_status every_call_ask_then(every_call_place *at)
{
    art_reply_token token = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->ask_then(at->rt, at->actor, EVERY_CALL_TAG, NULL, 0, ART_NEVER, every_call_answered, NULL, &token);
    CHECK((status == ART_OK) == (token != 0));
    return status;
}

static art_status every_call_heartbeat_start(every_call_place *at)
{
    art_heartbeat heartbeat = ART_HEARTBEAT_INIT;
    art_actor id = EVERY_CALL_UNTOUCHED;
    heartbeat.cycle_ns = 1;
    art_status status = at->api->heartbeat_start(at->rt, &heartbeat, every_call_pulse, NULL, &id);
    CHECK((status == ART_OK) == (id != 0));
    return status;
}

static art_status every_call_watchdog_create(every_call_place *at)
{
    art_watchdog *watchdog = (art_watchdog *)at;
    art_status status = at->api->watchdog_create(at->rt, &watchdog);
    CHECK((status == ART_OK) == (watchdog != NULL));
    at->api->watchdog_unref(watchdog);
    return status;
}

static art_status every_call_run(void *state, art_context *context, void *data, size_t len)
{
    (void)state;
    (void)context;
    (void)data;
    (void)len;
    every_call_ran(EVERY_CALL_HANDLERS);
    return ART_OK;
}

static art_status every_call_exec(every_call_place *at)
{
    return at->api->exec(at->rt, at->actor, every_call_run, at, 1, every_call_drop, at);
}

static art_status every_call_snapshot_dot(every_call_place *at)
{
    char text[4] = "abc";
    size_t len = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->snapshot_dot(at->rt, text, sizeof text, &len);
    CHECK(status == ART_OK || (len == EVERY_CALL_UNTOUCHED && strcmp(text, "abc") == 0));
    return status;
}

static art_status every_call_dead_letter_at(every_call_place *at)
{
    art_dead_letter letter = ART_DEAD_LETTER_INIT;
    letter.step = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->dead_letter_at(at->rt, 0, &letter);
    CHECK(status == ART_OK || letter.step == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_set_observer(every_call_place *at)
{
    art_observer observer = ART_OBSERVER_INIT;
    observer.user = at;
    observer.user_drop = every_call_user_drop;
    return at->api->set_observer(at->rt, &observer);
}

static art_status every_call_create(art_context *context, void *argument, void **state)
{
    (void)context;
    every_call_ran(EVERY_CALL_HANDLERS);
    *state = argument;
    return ART_OK;
}

static art_status every_call_pool_spawn(every_call_place *at)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, every_call_create, every_call_ignore, NULL, NULL};
    art_actor_config worker = ART_ACTOR_CONFIG_INIT;
    art_pool_config config = ART_POOL_CONFIG_INIT;
    art_actor id = EVERY_CALL_UNTOUCHED;
    worker.vtable = &vtable;
    worker.argument = at;
    worker.argument_drop = every_call_argument_drop;
    config.worker = &worker;
    config.user = at;
    config.user_drop = every_call_user_drop;
    art_status status = at->api->pool_spawn(at->rt, &config, &id);
    CHECK((status == ART_OK) == (id != 0));
    return status;
}

static art_status every_call_pool_set_settings(every_call_place *at)
{
    art_pool_settings settings = ART_POOL_SETTINGS_INIT;
    return at->api->pool_set_settings(at->rt, at->actor, &settings);
}

static art_status every_call_pool_set_size(every_call_place *at)
{
    return at->api->pool_set_size(at->rt, at->actor, 2);
}

static art_status every_call_pool_drain(every_call_place *at)
{
    return at->api->pool_drain(at->rt, at->actor);
}

static art_status every_call_pool_stats(every_call_place *at)
{
    art_pool_counts counts = ART_POOL_COUNTS_INIT;
    counts.done = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->pool_stats(at->rt, at->actor, &counts);
    CHECK(status == ART_OK || counts.done == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_pool_report(every_call_place *at)
{
    return at->api->pool_report(at->rt, at->actor, at->actor);
}

static const art_job *every_call_job(void)
{
    static art_job job = ART_JOB_INIT;
    job.tag = EVERY_CALL_TAG;
    return &job;
}

static art_status every_call_pool_submit(every_call_place *at)
{
    return at->api->pool_submit(at->rt, at->actor, every_call_job(), NULL, 0);
}

static art_status every_call_pool_submit_owned(every_call_place *at)
{
    return at->api->pool_submit_owned(at->rt, at->actor, every_call_job(), at, 1, every_call_drop, at);
}

static art_status every_call_pool_submit_buffer(every_call_place *at)
{
    art_buffer *buffer = NULL;
    CHECK_EQ(at->api->buffer_wrap(at, 1, every_call_buffer_drop, at, &buffer), ART_OK);
    return at->api->pool_submit_buffer(at->rt, at->actor, every_call_job(), buffer);
}

static art_status every_call_job_done(every_call_place *at)
{
    return at->api->job_done(at->rt, at->token);
}

static art_status every_call_job_failed(every_call_place *at)
{
    return at->api->job_failed(at->rt, at->token);
}

static art_status every_call_job_alive(every_call_place *at)
{
    return at->api->job_alive(at->rt, at->token);
}

static art_status every_call_port_create(every_call_place *at)
{
    art_port port = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->port_create(at->rt, &port);
    CHECK((status == ART_OK) == (port != 0));
    return status;
}

static art_status every_call_port_subscribe(every_call_place *at)
{
    art_subscription subscription = ART_SUBSCRIPTION_INIT;
    subscription.tag = EVERY_CALL_TAG;
    subscription.capacity = 1;
    return at->api->port_subscribe(at->rt, at->port, at->actor, &subscription);
}

static art_status every_call_port_unsubscribe(every_call_place *at)
{
    return at->api->port_unsubscribe(at->rt, at->port, at->actor);
}

static art_status every_call_port_publish(every_call_place *at)
{
    size_t taken = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->port_publish(at->rt, at->port, NULL, 0, &taken);
    CHECK(status == ART_OK || taken == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_port_publish_buffer(every_call_place *at)
{
    art_buffer *buffer = NULL;
    size_t taken = EVERY_CALL_UNTOUCHED;
    CHECK_EQ(at->api->buffer_wrap(at, 1, every_call_buffer_drop, at, &buffer), ART_OK);
    art_status status = at->api->port_publish_buffer(at->rt, at->port, buffer, &taken);
    CHECK(status == ART_OK || taken == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_port_subscribers(every_call_place *at)
{
    size_t count = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->port_subscribers(at->rt, at->port, &count);
    CHECK(status == ART_OK || count == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_port_destroy(every_call_place *at)
{
    return at->api->port_destroy(at->rt, at->port);
}

static art_status every_call_end_start(every_call_place *at)
{
    return at->api->started(at->rt, at->actor);
}

static void every_call_done(void *user)
{
    (void)user;
    every_call_ran(EVERY_CALL_TOLD);
}

static art_status every_call_adopt(every_call_place *at)
{
    return at->api->adopt(at->rt, 0, at->actor);
}

static art_status every_call_stop_children(every_call_place *at)
{
    return at->api->stop_children(at->rt, at->actor, every_call_done, NULL);
}

static art_status every_call_drain_children(every_call_place *at)
{
    return at->api->drain_children(at->rt, at->actor, every_call_done, NULL);
}

static art_status every_call_child_describe(every_call_place *at)
{
    art_child_info info = ART_CHILD_INFO_INIT;
    info.actor = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->child_describe(at->rt, 0, at->actor, &info, NULL, 0, NULL);
    CHECK(status == ART_OK || info.actor == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_ask_all(every_call_place *at)
{
    return at->api->ask_all(at->rt, at->actor, &at->actor, 1, ART_GATHER_ALL, EVERY_CALL_TAG, NULL, 0, ART_NEVER, 1);
}

static art_status every_call_ask_forward(every_call_place *at)
{
    art_reply_token token = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->ask_forward(at->rt, at->actor, at->actor, EVERY_CALL_TAG, NULL, 0, ART_NEVER, at->actor,
                                             EVERY_CALL_TAG, &token);
    CHECK((status == ART_OK) == (token != 0));
    return status;
}

static art_status every_call_ask_deadline(every_call_place *at)
{
    uint64_t deadline = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->ask_deadline(at->rt, at->token, &deadline);
    CHECK(status == ART_OK || deadline == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_post_parked(every_call_place *at)
{
    return at->api->post_parked(at->rt, at->actor, at->actor, EVERY_CALL_TAG, NULL, 0, ART_NEVER, 1);
}

static art_status every_call_post_parked_owned(every_call_place *at)
{
    return at->api->post_parked_owned(at->rt, at->actor, at->actor, EVERY_CALL_TAG, at, sizeof *at, every_call_drop, at, ART_NEVER, 1);
}

static art_status every_call_post_parked_then(every_call_place *at)
{
    return at->api->post_parked_then(at->rt, at->actor, EVERY_CALL_TAG, NULL, 0, ART_NEVER, NULL, NULL);
}

static art_status every_call_try_post_with(every_call_place *at)
{
    art_sending sending = ART_SENDING_INIT;
    return at->api->try_post_with(at->rt, at->actor, &sending, EVERY_CALL_TAG, NULL, 0);
}

static art_status every_call_post_owned_with(every_call_place *at)
{
    art_sending sending = ART_SENDING_INIT;
    return at->api->post_owned_with(at->rt, at->actor, &sending, EVERY_CALL_TAG, at, sizeof *at, every_call_drop, at);
}

static art_status every_call_try_post_owned_with(every_call_place *at)
{
    art_sending sending = ART_SENDING_INIT;
    return at->api->try_post_owned_with(at->rt, at->actor, &sending, EVERY_CALL_TAG, at, sizeof *at, every_call_drop, at);
}

static art_status every_call_post_buffer_with(every_call_place *at)
{
    art_sending sending = ART_SENDING_INIT;
    art_buffer *buffer = NULL;
    CHECK_EQ(at->api->buffer_wrap(at, sizeof *at, every_call_buffer_drop, at, &buffer), ART_OK);
    return at->api->post_buffer_with(at->rt, at->actor, &sending, EVERY_CALL_TAG, buffer);
}

static art_status every_call_name_demonitor(every_call_place *at)
{
    return at->api->name_demonitor(at->rt, at->actor, "every call", ART_NUL_TERMINATED);
}

static art_status every_call_restarts_demonitor(every_call_place *at)
{
    return at->api->restarts_demonitor(at->rt, at->actor, at->actor);
}

static art_status every_call_group_demonitor(every_call_place *at)
{
    art_group group = ART_GROUP_INIT;
    group.name = "every call";
    return at->api->group_demonitor(at->rt, at->actor, &group);
}

static art_status every_call_group_list(every_call_place *at)
{
    char text[2] = "a";
    size_t len = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->group_list(at->rt, NULL, 0, text, sizeof text, &len);
    CHECK(status == ART_OK || (len == EVERY_CALL_UNTOUCHED && strcmp(text, "a") == 0));
    return status;
}

static art_status every_call_scope_list(every_call_place *at)
{
    char text[2] = "a";
    size_t len = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->scope_list(at->rt, text, sizeof text, &len);
    CHECK(status == ART_OK || (len == EVERY_CALL_UNTOUCHED && strcmp(text, "a") == 0));
    return status;
}

static art_status every_call_scope_monitor(every_call_place *at)
{
    return at->api->scope_monitor(at->rt, at->actor, NULL, 0);
}

static art_status every_call_scope_demonitor(every_call_place *at)
{
    return at->api->scope_demonitor(at->rt, at->actor, NULL, 0);
}

static art_status every_call_destroy(every_call_place *at)
{
    return at->api->destroy(at->rt);
}

/* ---- of the context ---- */

static art_status every_call_context_self(every_call_place *at)
{
    return at->api->context_self(at->context) != 0 ? ART_OK : EVERY_CALL_NOTHING;
}

static art_status every_call_context_runtime(every_call_place *at)
{
    return at->api->context_runtime(at->context) != NULL ? ART_OK : EVERY_CALL_NOTHING;
}

static art_status every_call_context_now(every_call_place *at)
{
    return at->api->context_now(at->context) != 0 ? ART_OK : EVERY_CALL_NOTHING;
}

static art_status every_call_context_take(every_call_place *at)
{
    art_payload payload = ART_PAYLOAD_INIT;
    art_status status = at->api->context_take(at->context, &payload);
    CHECK(status == ART_OK || payload.data == NULL);
    if (payload.drop != NULL) {
        payload.drop(payload.data, payload.len, payload.drop_user, ART_DROP_DELIVERED);
    }
    return status;
}

static art_status every_call_context_reply_keep(every_call_place *at)
{
    return at->api->context_reply_keep(at->context);
}

static art_status every_call_context_reply(every_call_place *at)
{
    return at->api->context_reply(at->context, EVERY_CALL_TAG, NULL, 0);
}

static art_status every_call_context_yield(every_call_place *at)
{
    return at->api->context_yield(at->context);
}

static art_status every_call_context_make_host_call(every_call_place *at)
{
    return at->api->context_host_call(at->context, every_call_host_call, at, every_call_user_drop, 0);
}

static art_status every_call_context_run(every_call_place *at)
{
    return at->api->context_run(at->context);
}

static art_status every_call_context_timer_start(every_call_place *at)
{
    return at->api->context_timer_start(at->context, 1, 1);
}

static art_status every_call_context_interval_start(every_call_place *at)
{
    art_interval interval = ART_INTERVAL_INIT;
    interval.period_ns = 1;
    return at->api->context_interval_start(at->context, 1, &interval);
}

static art_status every_call_context_timer_stop(every_call_place *at)
{
    return at->api->context_timer_stop(at->context, 1);
}

static art_status every_call_context_trace(every_call_place *at)
{
    uint64_t message = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->context_trace(at->context, &message, NULL);
    CHECK(status == ART_OK || message == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_context_job_keep(every_call_place *at)
{
    return at->api->context_job_keep(at->context);
}

static art_status every_call_context_slot(every_call_place *at)
{
    uint64_t slot = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->context_slot(at->context, &slot);
    CHECK(status == ART_OK || slot == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_context_starting(every_call_place *at)
{
    return at->api->context_starting(at->context);
}

static art_status every_call_context_take_state(every_call_place *at)
{
    void *state = at;
    art_status status = at->api->context_take_state(at->context, &state);
    CHECK((status == ART_OK) == (state != NULL));
    return status;
}

static art_status every_call_context_ask_holding(every_call_place *at)
{
    art_reply_token token = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->context_ask_holding(at->context, at->actor, EVERY_CALL_TAG, NULL, 0, ART_NEVER, &token);
    CHECK((status == ART_OK) == (token != 0));
    return status;
}

static art_status every_call_context_coalesce(every_call_place *at)
{
    uint32_t first = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->context_coalesce(at->context, NULL, 0, &first);
    CHECK(status == ART_OK || first == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_context_coalesced_reply(every_call_place *at)
{
    return at->api->context_coalesced_reply(at->context, NULL, 0, EVERY_CALL_TAG, NULL, 0, NULL);
}

static art_status every_call_context_coalesced_drop(every_call_place *at)
{
    return at->api->context_coalesced_drop(at->context, NULL, 0, NULL);
}

static art_status every_call_context_coalesced_count(every_call_place *at)
{
    size_t count = EVERY_CALL_UNTOUCHED;
    art_status status = at->api->context_coalesced_count(at->context, NULL, 0, &count);
    CHECK(status == ART_OK || count == EVERY_CALL_UNTOUCHED);
    return status;
}

static art_status every_call_context_stop(every_call_place *at)
{
    return at->api->context_stop(at->context, 0);
}

static art_status every_call_context_fail(every_call_place *at)
{
    return at->api->context_fail(at->context, 0, "no", ART_NUL_TERMINATED);
}

/* `art_destroy` comes last: it may be the end of the runtime. */
static const every_call every_calls[] = {
    {"art_context_self", every_call_context_self, 0, true},
    {"art_context_runtime", every_call_context_runtime, 0, true},
    {"art_context_now", every_call_context_now, 0, true},
    {"art_context_take", every_call_context_take, 0, true},
    {"art_context_reply_keep", every_call_context_reply_keep, 0, true},
    {"art_context_reply", every_call_context_reply, 0, true},
    {"art_context_yield", every_call_context_yield, 0, true},
    {"art_context_host_call", every_call_context_make_host_call, 1, true},
    {"art_context_run", every_call_context_run, 0, true},
    {"art_context_timer_start", every_call_context_timer_start, 0, true},
    {"art_context_interval_start", every_call_context_interval_start, 0, true},
    {"art_context_timer_stop", every_call_context_timer_stop, 0, true},
    {"art_context_trace", every_call_context_trace, 0, true},
    {"art_context_job_keep", every_call_context_job_keep, 0, true},
    {"art_context_slot", every_call_context_slot, 0, true},
    {"art_context_starting", every_call_context_starting, 0, true},
    {"art_context_take_state", every_call_context_take_state, 0, true},
    {"art_context_ask_holding", every_call_context_ask_holding, 0, true},
    {"art_context_coalesce", every_call_context_coalesce, 0, true},
    {"art_context_coalesced_reply", every_call_context_coalesced_reply, 0, true},
    {"art_context_coalesced_drop", every_call_context_coalesced_drop, 0, true},
    {"art_context_coalesced_count", every_call_context_coalesced_count, 0, true},
    {"art_context_stop", every_call_context_stop, 0, true},
    {"art_context_fail", every_call_context_fail, 0, true},
    {"art_tag_register", every_call_tag_register, 0, false},
    {"art_adopt_thread", every_call_adopt_thread, 0, false},
    {"art_now", every_call_now, 0, false},
    {"art_last_message", every_call_last_message, 0, false},
    {"art_step", every_call_step, 0, false},
    {"art_next_timeout", every_call_next_timeout, 0, false},
    {"art_next_deadline", every_call_next_deadline, 0, false},
    {"art_timeout_ms", every_call_timeout_ms, 0, false},
    {"art_pending", every_call_pending, 0, false},
    {"art_spawn", every_call_spawn, 1, false},
    {"art_stop", every_call_stop, 0, false},
    {"art_kill", every_call_kill, 0, false},
    {"art_post", every_call_post, 0, false},
    {"art_try_post", every_call_try_post, 0, false},
    {"art_post_owned", every_call_post_owned, 1, false},
    {"art_try_post_owned", every_call_try_post_owned, 1, false},
    {"art_post_buffer", every_call_post_buffer, 1, false},
    {"art_timer_at", every_call_timer_at, 0, false},
    {"art_timer_reset", every_call_timer_reset, 0, false},
    {"art_timer_cancel", every_call_timer_cancel, 0, false},
    {"art_ask", every_call_ask, 0, false},
    {"art_ask_cancel", every_call_ask_cancel, 0, false},
    {"art_reply", every_call_reply, 0, false},
    {"art_reply_owned", every_call_reply_owned, 1, false},
    {"art_reply_drop", every_call_reply_drop, 0, false},
    {"art_stop_because", every_call_stop_because, 0, false},
    {"art_drain", every_call_drain, 0, false},
    {"art_monitor", every_call_monitor, 0, false},
    {"art_on_exit", every_call_on_exit, 0, false},
    {"art_demonitor", every_call_demonitor, 0, false},
    {"art_link", every_call_link, 0, false},
    {"art_unlink", every_call_unlink, 0, false},
    {"art_trap_exits", every_call_trap_exits, 0, false},
    {"art_set_supervisor", every_call_set_supervisor, 0, false},
    {"art_on_escalation", every_call_on_escalation, 0, false},
    {"art_terminate", every_call_terminate, 0, false},
    {"art_stopped", every_call_stopped, 0, false},
    {"art_children", every_call_children, 0, false},
    {"art_count_children", every_call_count_children, 0, false},
    {"art_supervisor_of", every_call_supervisor_of, 0, false},
    {"art_child_terminate", every_call_child_terminate, 0, false},
    {"art_child_restart", every_call_child_restart, 0, false},
    {"art_child_forget", every_call_child_forget, 0, false},
    {"art_name_register", every_call_name_register, 0, false},
    {"art_name_lookup", every_call_name_lookup, 0, false},
    {"art_name_unregister", every_call_name_unregister, 0, false},
    {"art_name_list", every_call_name_list, 0, false},
    {"art_group_join", every_call_group_join, 0, false},
    {"art_group_leave", every_call_group_leave, 0, false},
    {"art_group_members", every_call_group_members, 0, false},
    {"art_group_post", every_call_group_post, 0, false},
    {"art_group_monitor", every_call_group_monitor, 0, false},
    {"art_set_mailbox", every_call_set_mailbox, 0, false},
    {"art_post_with", every_call_post_with, 0, false},
    {"art_pause", every_call_pause, 0, false},
    {"art_resume", every_call_resume, 0, false},
    {"art_on_room", every_call_on_room, 0, false},
    {"art_snapshot_json", every_call_snapshot_json, 0, false},
    {"art_dead_letters", every_call_dead_letters, 0, false},
    {"art_set_counting", every_call_set_counting, 0, false},
    {"art_counts", every_call_counts, 0, false},
    {"art_locate", every_call_locate, 0, false},
    {"art_name_monitor", every_call_name_monitor, 0, false},
    {"art_restarts_monitor", every_call_restarts_monitor, 0, false},
    {"art_exit_after", every_call_exit_after, 0, false},
    {"art_kill_after", every_call_kill_after, 0, false},
    {"art_byte_budget_set", every_call_byte_budget_set, 0, false},
    {"art_system", every_call_system, 0, false},
    {"art_system_all", every_call_system_all, 0, false},
    {"art_start_all", every_call_start_all, 0, false},
    {"art_ping", every_call_ping, 0, false},
    {"art_on_pong", every_call_on_pong, 0, false},
    {"art_heartbeat_start", every_call_heartbeat_start, 0, false},
    {"art_watchdog_create", every_call_watchdog_create, 0, false},
    {"art_exec", every_call_exec, 1, false},
    {"art_snapshot_dot", every_call_snapshot_dot, 0, false},
    {"art_dead_letter_at", every_call_dead_letter_at, 0, false},
    {"art_set_observer", every_call_set_observer, 1, false},
    {"art_pool_spawn", every_call_pool_spawn, 2, false},
    {"art_pool_set_settings", every_call_pool_set_settings, 0, false},
    {"art_pool_set_size", every_call_pool_set_size, 0, false},
    {"art_pool_drain", every_call_pool_drain, 0, false},
    {"art_pool_stats", every_call_pool_stats, 0, false},
    {"art_pool_report", every_call_pool_report, 0, false},
    {"art_pool_submit", every_call_pool_submit, 0, false},
    {"art_pool_submit_owned", every_call_pool_submit_owned, 1, false},
    {"art_pool_submit_buffer", every_call_pool_submit_buffer, 1, false},
    {"art_job_done", every_call_job_done, 0, false},
    {"art_job_failed", every_call_job_failed, 0, false},
    {"art_job_alive", every_call_job_alive, 0, false},
    {"art_port_create", every_call_port_create, 0, false},
    {"art_port_subscribe", every_call_port_subscribe, 0, false},
    {"art_port_unsubscribe", every_call_port_unsubscribe, 0, false},
    {"art_port_publish", every_call_port_publish, 0, false},
    {"art_port_publish_buffer", every_call_port_publish_buffer, 1, false},
    {"art_port_subscribers", every_call_port_subscribers, 0, false},
    {"art_port_destroy", every_call_port_destroy, 0, false},
    {"art_started", every_call_end_start, 0, false},
    {"art_adopt", every_call_adopt, 0, false},
    {"art_stop_children", every_call_stop_children, 0, false},
    {"art_drain_children", every_call_drain_children, 0, false},
    {"art_child_describe", every_call_child_describe, 0, false},
    {"art_ask_all", every_call_ask_all, 0, false},
    {"art_ask_forward", every_call_ask_forward, 0, false},
    {"art_ask_deadline", every_call_ask_deadline, 0, false},
    {"art_ask_then", every_call_ask_then, 0, false},
    {"art_post_parked", every_call_post_parked, 0, false},
    {"art_post_parked_owned", every_call_post_parked_owned, 1, false},
    {"art_post_parked_then", every_call_post_parked_then, 0, false},
    {"art_try_post_with", every_call_try_post_with, 0, false},
    {"art_post_owned_with", every_call_post_owned_with, 1, false},
    {"art_try_post_owned_with", every_call_try_post_owned_with, 1, false},
    {"art_post_buffer_with", every_call_post_buffer_with, 1, false},
    {"art_name_demonitor", every_call_name_demonitor, 0, false},
    {"art_restarts_demonitor", every_call_restarts_demonitor, 0, false},
    {"art_group_demonitor", every_call_group_demonitor, 0, false},
    {"art_group_list", every_call_group_list, 0, false},
    {"art_scope_list", every_call_scope_list, 0, false},
    {"art_scope_monitor", every_call_scope_monitor, 0, false},
    {"art_scope_demonitor", every_call_scope_demonitor, 0, false},
    {"art_run_host_calls", every_call_run_host_calls, 0, false},
    {"art_remote_create", every_call_remote_create, 0, false},
    {"art_waker_create", every_call_waker_create, 0, false},
    {"art_destroy", every_call_destroy, 0, false},
};

static inline bool is_call(const every_call *one, const char *name)
{
    return strcmp(one->name, name) == 0;
}

/* Makes the call. Refused, it has released what it was given, once. */
static inline art_status make_call(const every_call *one, every_call_place *at)
{
    at->released = 0;
    at->delivered = false;
    art_status status = one->call(at);
    if (status < 0) {
        bool given_back = status == ART_FULL && strncmp(one->name, "art_try_post_owned", strlen("art_try_post_owned")) == 0;
        check_equal(at->released, given_back ? 0 : one->consumes, one->name, __FILE__, __LINE__);
        check_equal(at->delivered, false, one->name, __FILE__, __LINE__);
    }
    return status;
}

/* Makes the call, which has to answer `wanted`; one without a status answers nothing in place of a refusal. */
static inline void call_answers(const every_call *one, every_call_place *at, art_status wanted)
{
    art_status seen = make_call(one, at);
    if (seen != EVERY_CALL_NOTHING || wanted == ART_OK) {
        check_equal(seen, wanted, one->name, __FILE__, __LINE__);
    }
}

#endif
