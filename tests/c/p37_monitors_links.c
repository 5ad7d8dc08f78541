/* A monitor tells of an end once, with the reason and its text, ahead of all messages; linked actors end together, or are told. */
#include "fake_host.h"

/* The exit in the recorder's last message, and the text behind it. */
static art_exit last_exit(const recorder *self, char text[64])
{
    art_exit exit;
    memset(&exit, 0, sizeof exit);
    CHECK(self->last.len >= sizeof exit);
    memcpy(&exit, self->bytes, sizeof exit);
    CHECK_EQ(exit.struct_size, sizeof exit);
    CHECK_EQ(self->last.len, sizeof exit + exit.text_len);
    CHECK(exit.text_len < 64);
    memcpy(text, self->bytes + sizeof exit, exit.text_len);
    text[exit.text_len] = '\0';
    return exit;
}

static art_status fail(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    if (message->tag == art_tag("fail")) {
        return art_context_fail(context, ART_USER_ERROR - 7, "out of paper", ART_NUL_TERMINATED);
    }
    if (message->tag == art_tag("stop")) {
        return art_context_stop(context, 5);
    }
    return ART_OK;
}

static recorder *spawn(fake_host *host, recorder *self)
{
    memset(self, 0, sizeof *self);
    self->handle = fail;
    recorder_spawn(self, host);
    return self;
}

static void monitors(fake_host *host)
{
    static recorder watcher, target;
    art_monitor_id first = 0, second = 0, third = 0;
    art_exit exit;
    char text[64];
    spawn(host, &watcher);
    spawn(host, &target);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, &first), ART_OK);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, &second), ART_OK);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, &third), ART_OK);
    CHECK(first != 0 && first != second);
    CHECK_EQ(art_demonitor(host->rt, second), ART_OK);
    CHECK_EQ(art_demonitor(host->rt, second), ART_NOT_FOUND);
    CHECK_EQ(art_demonitor(host->rt, target.id), ART_WRONG_KIND);
    host_run(host);
    CHECK_EQ(post_word(host, target.id, "fail", 0), ART_OK);
    CHECK_EQ(post_word(host, watcher.id, "late", 0), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.count, 3);
    CHECK(watcher.tags[0] == ART_TAG_DOWN && watcher.tags[1] == ART_TAG_DOWN);
    CHECK_EQ(watcher.tags[2], art_tag("late")); /* it was posted before, and overtaken */
    CHECK_EQ(art_demonitor(host->rt, first), ART_NOT_FOUND);

    /* One that is not there any more. */
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, &first), ART_OK);
    host_run(host);
    exit = last_exit(&watcher, text);
    CHECK_EQ(exit.kind, ART_STOP_NO_ACTOR);
    CHECK_EQ(exit.monitor, first);
    CHECK_EQ(exit.actor, target.id);
    CHECK_EQ(watcher.last.sender, target.id);

    /* What it says. */
    spawn(host, &target);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, &first), ART_OK);
    CHECK_EQ(post_word(host, target.id, "fail", 0), ART_OK);
    host_run(host);
    exit = last_exit(&watcher, text);
    CHECK_EQ(exit.kind, ART_STOP_FAILED);
    CHECK_EQ(exit.reason, ART_USER_ERROR - 7);
    CHECK_EQ(exit.phase, ART_PHASE_MESSAGE);
    CHECK_EQ(exit.monitor, first);
    CHECK_EQ(strcmp(text, "out of paper"), 0);
    spawn(host, &target);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, NULL), ART_OK);
    CHECK_EQ(post_word(host, target.id, "stop", 0), ART_OK);
    host_run(host);
    exit = last_exit(&watcher, text);
    CHECK(exit.kind == ART_STOP_STOPPED && exit.reason == 5 && exit.text_len == 0);
    spawn(host, &target);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, NULL), ART_OK);
    CHECK_EQ(art_stop_because(host->rt, target.id, 6, "the window was closed", ART_NUL_TERMINATED), ART_OK);
    host_run(host);
    exit = last_exit(&watcher, text);
    CHECK(exit.kind == ART_STOP_STOPPED && exit.reason == 6);
    CHECK_EQ(strcmp(text, "the window was closed"), 0);
    spawn(host, &target);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, NULL), ART_OK);
    CHECK_EQ(art_kill(host->rt, target.id, -9, "no longer needed", ART_NUL_TERMINATED), ART_OK);
    host_run(host);
    exit = last_exit(&watcher, text);
    CHECK(exit.kind == ART_STOP_KILLED && exit.reason == -9);
    CHECK_EQ(strcmp(text, "no longer needed"), 0);

    CHECK_EQ(art_monitor(host->rt, target.id, watcher.id, &first), ART_NOT_FOUND);
    CHECK_EQ(first, 0);
    /* A monitor goes with its watcher. */
    spawn(host, &target);
    CHECK_EQ(art_monitor(host->rt, watcher.id, target.id, &first), ART_OK);
    CHECK_EQ(art_kill(host->rt, watcher.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_demonitor(host->rt, first), ART_NOT_FOUND);
}

static fake_host *current;
static art_monitor_id other_monitor;

/* Withdraws its other monitor when it hears of one. */
static art_status withdraw_other(recorder *self, art_context *context, const art_msg *message)
{
    if (message->tag == ART_TAG_DOWN) {
        CHECK_EQ(art_demonitor(current->rt, other_monitor), ART_OK);
    }
    (void)self;
    (void)context;
    return ART_OK;
}

/* What is withdrawn is not heard of, however far the news had come: behind another one, or at a paused watcher. */
static void withdrawals(fake_host *host)
{
    static recorder watcher, one, other;
    art_monitor_id id = 0;
    current = host;
    spawn(host, &watcher);
    spawn(host, &one);
    spawn(host, &other);
    watcher.handle = withdraw_other;
    CHECK_EQ(art_monitor(host->rt, watcher.id, one.id, NULL), ART_OK);
    CHECK_EQ(art_monitor(host->rt, watcher.id, other.id, &other_monitor), ART_OK);
    CHECK_EQ(art_kill(host->rt, one.id, 0, NULL, 0), ART_OK);
    CHECK_EQ(art_kill(host->rt, other.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.count, 1);
    CHECK_EQ(watcher.last.sender, one.id);

    watcher.handle = NULL;
    spawn(host, &one);
    CHECK_EQ(art_monitor(host->rt, watcher.id, one.id, &id), ART_OK);
    CHECK_EQ(art_monitor(host->rt, watcher.id, one.id, NULL), ART_OK);
    CHECK_EQ(art_pause(host->rt, watcher.id), ART_OK);
    CHECK_EQ(art_kill(host->rt, one.id, 0, NULL, 0), ART_OK);
    host_run(host);
    CHECK_EQ(art_demonitor(host->rt, id), ART_OK);
    CHECK_EQ(art_resume(host->rt, watcher.id), ART_OK);
    host_run(host);
    CHECK_EQ(watcher.count, 2); /* the other monitor's */
}

typedef struct heard {
    int calls;
    uint32_t kind;
    fake_host *host;
} heard;

static void hear(void *user, const art_exit *exit)
{
    heard *self = user;
    CHECK_EQ(art_step(self->host->rt, 0, NULL, NULL), self->host->now == 0 ? ART_CLOSED : ART_BUSY);
    ++self->calls;
    self->kind = exit->kind;
}

static void callbacks(fake_host *host, recorder *last, heard *at_the_end)
{
    static recorder target;
    heard once = {0, 0, host}, never = {0, 0, host}, gone = {0, 0, host};
    art_monitor_id id = 0;
    spawn(host, &target);
    CHECK_EQ(art_on_exit(host->rt, target.id, hear, &once, NULL), ART_OK);
    CHECK_EQ(art_on_exit(host->rt, target.id, hear, &never, &id), ART_OK);
    CHECK_EQ(art_on_exit(host->rt, target.id, NULL, NULL, &id), ART_NULL_POINTER);
    CHECK_EQ(id, 0);
    CHECK_EQ(art_on_exit(host->rt, target.id, hear, &never, &id), ART_OK);
    CHECK_EQ(art_demonitor(host->rt, id), ART_OK);
    CHECK_EQ(art_kill(host->rt, target.id, 0, NULL, 0), ART_OK);
    CHECK_EQ(once.calls, 0); /* in a step, never in the call */
    host_run(host);
    CHECK(once.calls == 1 && once.kind == ART_STOP_KILLED && never.calls == 1);
    CHECK_EQ(art_on_exit(host->rt, target.id, hear, &gone, NULL), ART_OK);
    host_run(host);
    CHECK(gone.calls == 1 && gone.kind == ART_STOP_NO_ACTOR);
    spawn(host, last);
    at_the_end->host = host;
    CHECK_EQ(art_on_exit(host->rt, last->id, hear, at_the_end, NULL), ART_OK);
}

static void links(fake_host *host)
{
    static recorder one, other, third;
    art_exit exit;
    char text[64];
    spawn(host, &one);
    spawn(host, &other);
    spawn(host, &third);
    CHECK_EQ(art_link(host->rt, one.id, other.id), ART_OK);
    CHECK_EQ(art_link(host->rt, one.id, third.id), ART_OK);
    CHECK_EQ(art_unlink(host->rt, third.id, one.id), ART_OK);
    CHECK_EQ(art_stop(host->rt, one.id, 0), ART_OK);
    host_run(host);
    CHECK_EQ(other.notified, 0); /* an orderly end is nothing to it */
    spawn(host, &one);
    CHECK_EQ(art_link(host->rt, one.id, other.id), ART_OK);
    CHECK_EQ(post_word(host, one.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK(one.notified == 1 && other.notified == 1 && third.notified == 0);
    CHECK_EQ(other.cause.kind, ART_STOP_FAILED);
    CHECK(strstr(other.text, "out of paper") != NULL);

    /* Who traps is told, of orderly ends, too. */
    spawn(host, &one);
    spawn(host, &other);
    CHECK_EQ(art_trap_exits(host->rt, third.id, 2), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_trap_exits(host->rt, third.id, 1), ART_OK);
    CHECK_EQ(art_link(host->rt, third.id, one.id), ART_OK);
    CHECK_EQ(art_link(host->rt, third.id, other.id), ART_OK);
    CHECK_EQ(post_word(host, one.id, "fail", 0), ART_OK);
    host_run(host);
    CHECK_EQ(third.last.tag, ART_TAG_EXIT);
    CHECK_EQ(third.last.sender, one.id);
    exit = last_exit(&third, text);
    CHECK(exit.kind == ART_STOP_FAILED && exit.reason == ART_USER_ERROR - 7 && exit.monitor == 0);
    CHECK_EQ(art_stop(host->rt, other.id, 0), ART_OK);
    host_run(host);
    CHECK_EQ(third.count, 2);
    CHECK_EQ(last_exit(&third, text).kind, ART_STOP_STOPPED);
    CHECK_EQ(art_link(host->rt, third.id, other.id), ART_OK); /* gone already */
    host_run(host);
    CHECK_EQ(last_exit(&third, text).kind, ART_STOP_NO_ACTOR);
    CHECK_EQ(art_trap_exits(host->rt, third.id, 0), ART_OK);
    CHECK_EQ(art_link(host->rt, third.id, other.id), ART_OK);
    host_run(host);
    CHECK(third.notified == 1 && third.cause.kind == ART_STOP_FAILED);
    CHECK_EQ(art_link(host->rt, third.id, other.id), ART_NOT_FOUND);
    CHECK_EQ(art_trap_exits(host->rt, third.id, 1), ART_NOT_FOUND);
}

int main(void)
{
    fake_host host;
    recorder last;
    heard at_the_end = {0};
    host_create(&host);
    monitors(&host);
    withdrawals(&host);
    links(&host);
    callbacks(&host, &last, &at_the_end);
    host_run(&host);
    host.now = 0; /* from here on the runtime is closed to callbacks */
    host_destroy(&host);
    CHECK_EQ(at_the_end.calls, 1);
    CHECK_EQ(at_the_end.kind, ART_STOP_DROPPED);
    return finish();
}
