/*
 * Panics of Rust code: one in an actor's handler fails that actor; one in work without an actor is told by the step, which is
 * complete nevertheless; one in a destructor stops nothing. The runtime stays usable, and with ART_CONFIG_PANIC_TO_LOG nothing is
 * printed. Only a panic of a host's own callback, right inside a call of the host's, poisons the runtime.
 */
#include "every_call.h"
#include "fake_host.h"
#include "panics.h"

#include <unistd.h>

/* A step whose status and result are to be looked at. */
static art_status step(fake_host *host, art_step_result *result)
{
    art_budget budget = ART_BUDGET_INIT;
    budget.max_ns = UINT64_MAX;
    memset(result, 0, sizeof *result);
    result->struct_size = sizeof *result;
    return art_step(host->rt, host->now, &budget, result);
}

static art_status tell(fake_host *host, art_actor to, const char *name)
{
    return art_post(host->rt, to, art_tag(name), NULL, 0);
}

static void quiet_host(fake_host *host)
{
    host_init(host);
    host->config.flags = ART_CONFIG_PANIC_TO_LOG;
    host_start(host);
}

static void a_panic_in_a_handler_fails_its_actor_and_nothing_else(void)
{
    fake_host host;
    panics_record broken = {0}, other = {0};
    recorder asker = {0};
    drops waiting = {0};
    art_actor id = 0, other_id = 0;
    art_reply_token token = 0;
    art_step_result result;
    quiet_host(&host);
    recorder_spawn(&asker, &host);
    CHECK_EQ(panics_spawn(host.rt, &broken, &id), ART_OK);
    CHECK_EQ(panics_spawn(host.rt, &other, &other_id), ART_OK);
    host_run(&host);
    CHECK_EQ(tell(&host, id, "panics.count"), ART_OK);
    CHECK_EQ(art_ask(host.rt, asker.id, id, art_tag("panics.panic"), NULL, 0, ART_NEVER, &token), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, id, art_tag("panics.count"), NULL, 0, count_drop, &waiting), ART_OK);
    CHECK_EQ(tell(&host, other_id, "panics.count"), ART_OK);
    CHECK_EQ(step(&host, &result), ART_OK);
    CHECK_EQ(result.failed, 1);
    host_run(&host);
    CHECK_EQ(broken.counted, 1);
    CHECK_EQ(broken.ended, 1);
    CHECK_EQ(broken.failed, 1);
    CHECK(strstr(broken.text, "kaput in a handler") != NULL);
    CHECK_EQ(waiting.calls, 1);
    CHECK_EQ(waiting.reason, ART_DROP_CANCELLED);
    CHECK_EQ(tell(&host, id, "panics.count"), ART_NOT_FOUND);
    CHECK_EQ(other.counted, 1);
    CHECK_EQ(other.ended, 0);
    /* Who asked it has an answer. */
    CHECK_EQ(asker.count, 1);
    CHECK_EQ(asker.last.reply, token);
    CHECK_EQ(asker.last.status, ART_REPLY_NO_REPLY);
    host_destroy(&host);
    CHECK_EQ(broken.ended + other.ended, 2);
}

static void work_without_an_actor_panics(const char *name)
{
    fake_host host;
    panics_record record = {0};
    art_actor id = 0;
    art_step_result result;
    char text[128] = "";
    uint64_t number;
    quiet_host(&host);
    CHECK_EQ(panics_spawn(host.rt, &record, &id), ART_OK);
    number = host_step(&host, 0).step;
    CHECK_EQ(tell(&host, id, name), ART_OK);
    if (strcmp(name, "panics.timer") == 0) {
        number = host_step(&host, 0).step;
        host.now += 1000;
    }
    CHECK_EQ(tell(&host, id, "panics.count"), ART_OK);
    CHECK_EQ(art_timer_at(host.rt, id, art_tag("panics.count"), host.now + 5000, NULL, 0, NULL), ART_OK);
    /* The step is complete: it has run what was behind the panic, and its result is the whole of one. */
    CHECK_EQ(step(&host, &result), ART_PANICKED);
    CHECK_EQ(record.counted, 1);
    CHECK(result.handled >= 2);
    CHECK_EQ(result.more, 0);
    CHECK_EQ(result.failed, 0);
    CHECK_EQ(result.step, number + 1);
    CHECK_EQ(result.next_deadline_ns, host.now + 5000);
    CHECK_EQ(art_last_message(host.rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "kaput in") != NULL);
    /* It is told once, and everything goes on. */
    host.now += 5000;
    CHECK_EQ(step(&host, &result), ART_OK);
    CHECK_EQ(record.counted, 2);
    CHECK_EQ(tell(&host, id, "panics.count"), ART_OK);
    CHECK_EQ(step(&host, &result), ART_OK);
    CHECK_EQ(record.counted, 3);
    CHECK_EQ(record.ended, 0);
    host_destroy(&host);
    CHECK_EQ(record.ended, 1);
}

static void hear_exit(void *user, const art_exit *exit)
{
    *(art_exit *)user = *exit;
}

/* Whoever hears of the end hears that it was a panic; the program is asked to end if the configuration says so. */
static void what_a_panic_leads_to(uint32_t on_panic)
{
    fake_host host;
    panics_record record = {0};
    recorder watcher = {0};
    art_exit told = {0}, down;
    art_actor id = 0;
    host_init(&host);
    host.config.flags = ART_CONFIG_PANIC_TO_LOG;
    host.config.on_panic = ART_PANIC_ABORT + 1;
    CHECK_EQ(art_create(&host.config, &host.rt, NULL, 0), ART_INVALID_ARGUMENT);
    host.config.on_panic = on_panic;
    host_start(&host);
    recorder_spawn(&watcher, &host);
    CHECK_EQ(panics_spawn(host.rt, &record, &id), ART_OK);
    CHECK_EQ(art_on_exit(host.rt, id, hear_exit, &told, NULL), ART_OK);
    CHECK_EQ(art_monitor(host.rt, watcher.id, id, NULL), ART_OK);
    CHECK_EQ(host_step(&host, 0).shutdown, 0);
    CHECK_EQ(tell(&host, id, "panics.panic"), ART_OK);
    CHECK_EQ(host_step(&host, 0).shutdown, on_panic == ART_PANIC_SHUTDOWN);
    CHECK(record.failed == 1 && told.kind == ART_STOP_FAILED && told.reason == ART_PANICKED);
    memcpy(&down, watcher.bytes, sizeof down);
    CHECK(watcher.last.tag == ART_TAG_DOWN && down.kind == ART_STOP_FAILED && down.reason == ART_PANICKED);
    host_destroy(&host);
}

static void a_host_call_of_rust_panics_and_the_others_are_run(void)
{
    fake_host host;
    panics_record record = {0};
    art_actor id = 0;
    uint32_t ran = 0;
    quiet_host(&host);
    CHECK_EQ(panics_spawn(host.rt, &record, &id), ART_OK);
    CHECK_EQ(tell(&host, id, "panics.host_call"), ART_OK);
    CHECK_EQ(tell(&host, id, "panics.host_call"), ART_OK);
    CHECK_EQ(host_step(&host, 0).host_calls, 2);
    CHECK_EQ(art_run_host_calls(host.rt, 0, &ran), ART_PANICKED);
    CHECK_EQ(ran, 1);
    CHECK_EQ(art_run_host_calls(host.rt, 0, &ran), ART_PANICKED);
    CHECK_EQ(ran, 1);
    CHECK_EQ(art_run_host_calls(host.rt, 0, &ran), ART_OK);
    CHECK_EQ(ran, 0);
    CHECK_EQ(tell(&host, id, "panics.count"), ART_OK);
    host_run(&host);
    CHECK_EQ(record.counted, 1);
    host_destroy(&host);
}

static void a_destructor_that_panics_stops_nothing(void)
{
    fake_host host;
    panics_record handled = {0}, stopped = {0}, left = {0}, other = {0};
    art_actor handled_id = 0, stopped_id = 0, left_id = 0, other_id = 0;
    art_step_result result;
    quiet_host(&host);
    CHECK_EQ(panics_spawn(host.rt, &handled, &handled_id), ART_OK);
    CHECK_EQ(panics_spawn(host.rt, &stopped, &stopped_id), ART_OK);
    CHECK_EQ(panics_spawn(host.rt, &left, &left_id), ART_OK);
    CHECK_EQ(panics_spawn(host.rt, &other, &other_id), ART_OK);
    host_run(&host);
    /* In a handler it is a panic of the handler. */
    CHECK_EQ(panics_post_fragile(host.rt, handled_id, &handled), ART_OK);
    /* That of a message which is not delivered is nobody's: the step does the rest and says so. */
    CHECK_EQ(panics_post_fragile(host.rt, stopped_id, &stopped), ART_OK);
    CHECK_EQ(panics_post_fragile(host.rt, stopped_id, &stopped), ART_OK);
    CHECK_EQ(art_stop(host.rt, stopped_id, 0), ART_OK);
    CHECK_EQ(tell(&host, other_id, "panics.count"), ART_OK);
    CHECK_EQ(step(&host, &result), ART_PANICKED);
    CHECK_EQ(result.failed, 1);
    CHECK_EQ(handled.counted, 1);
    CHECK_EQ(handled.dropped, 1);
    CHECK_EQ(handled.failed, 1);
    CHECK_EQ(stopped.counted, 0);
    CHECK_EQ(stopped.dropped, 2);
    CHECK_EQ(stopped.ended, 1);
    CHECK_EQ(stopped.failed, 0);
    CHECK_EQ(other.counted, 1);
    CHECK_EQ(step(&host, &result), ART_OK);

    /* A drop function that panics after its message was handled. */
    CHECK_EQ(art_post_owned(host.rt, other_id, art_tag("panics.count"), NULL, 0, panics_drop, &other), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, stopped_id, art_tag("panics.count"), NULL, 0, NULL, NULL), ART_NOT_FOUND);
    step(&host, &result);
    CHECK_EQ(other.counted, 2);
    CHECK_EQ(other.dropped, 1);

    /* Two wait for the end of the runtime. */
    CHECK_EQ(panics_post_fragile(host.rt, left_id, &left), ART_OK);
    CHECK_EQ(art_post_owned(host.rt, left_id, art_tag("panics.count"), NULL, 0, panics_drop, &left), ART_OK);
    host_destroy(&host);
    CHECK_EQ(left.counted, 0);
    CHECK_EQ(left.dropped, 2);
    CHECK_EQ(left.ended, 1);
}

static art_status note_context(recorder *self, art_context *context, const art_msg *message)
{
    (void)message;
    self->user = context;
    return ART_OK;
}

static void destroy_host(void *host)
{
    host_destroy(host);
}

/* A clock that panics in a step ends the step; in a call of the host's own nothing stands between it and the guard. */
static void a_callback_that_panics_inside_of_a_call_poisons(void)
{
    fake_host host;
    panics_record record = {0};
    drops waiting = {0};
    recorder actor = {0};
    every_call_place here = {0};
    art_actor id = 0;
    art_budget budget = ART_BUDGET_INIT;
    art_step_result result;
    uint64_t now = 0;
    char text[128] = "";
    host_init(&host);
    host.config.flags = ART_CONFIG_PANIC_TO_LOG;
    host.config.clock = panics_clock;
    host_start(&host);
    actor.handle = note_context;
    recorder_spawn(&actor, &host);
    CHECK_EQ(tell(&host, actor.id, "x"), ART_OK);
    CHECK_EQ(panics_spawn(host.rt, &record, &id), ART_OK);
    CHECK_EQ(step(&host, &result), ART_OK);
    CHECK(actor.user != NULL);
    for (int index = 0; index < 40; index++) {
        CHECK_EQ(tell(&host, id, "panics.count"), ART_OK);
    }
    budget.max_ns = 1000 * 1000;
    CHECK_EQ(art_step(host.rt, host.now, &budget, &result), ART_PANICKED);
    CHECK_EQ(result.more, 1);
    CHECK_EQ(step(&host, &result), ART_OK);
    CHECK_EQ(record.counted, 40);

    CHECK_EQ(art_post_owned(host.rt, actor.id, art_tag("x"), NULL, 0, count_drop, &waiting), ART_OK);
    CHECK_EQ(art_now(host.rt, &now), ART_POISONED);
    CHECK_EQ(art_last_message(host.rt, text, sizeof text, NULL), ART_OK);
    CHECK(strstr(text, "kaput in the clock") != NULL);
    /* Nothing else works any more; its end, which comes last, is that of any other. */
    here.api = art_api(ART_VERSION);
    here.rt = host.rt;
    here.context = actor.user;
    here.actor = actor.id;
    for (size_t index = 0; index + 1 < COUNT(every_calls); index++) {
        bool is_text = is_call(&every_calls[index], "art_last_message");
        call_answers(&every_calls[index], &here, is_text ? ART_OK : ART_POISONED);
    }
    /* It may be destroyed by what a refused call releases, which was then looked at once more. */
    CHECK_EQ(art_context_host_call(actor.user, every_call_host_call, &host, destroy_host, 0), ART_POISONED);
    CHECK_EQ(waiting.calls, 1);
    CHECK_EQ(waiting.reason, ART_DROP_CLOSED);
    CHECK_EQ(actor.destroys, 1);
    CHECK_EQ(record.ended, 1);
}

/* How many bytes reach standard error while an actor of this host panics. */
static long printed(fake_host *host)
{
    panics_record record = {0};
    art_actor id = 0;
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    long size;
    if (file == NULL || saved < 0) {
        exit(1);
    }
    CHECK_EQ(panics_spawn(host->rt, &record, &id), ART_OK);
    CHECK_EQ(tell(host, id, "panics.panic"), ART_OK);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    host_run(host);
    dup2(saved, STDERR_FILENO);
    close(saved);
    CHECK_EQ(record.failed, 1);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    fclose(file);
    return size;
}

static void panics_go_to_the_log_of_the_runtime_that_asked_for_it(void)
{
    fake_host quiet, loud;
    quiet_host(&quiet);
    host_create(&loud);
    CHECK_EQ(printed(&quiet), 0);
    CHECK(quiet.log_lines >= 1);
    CHECK(strstr(quiet.log, "kaput in a handler") != NULL);
    CHECK_EQ(loud.log_lines, 0);
    /* Another runtime of the process keeps the process's ways. */
    CHECK(printed(&loud) > 0);
    CHECK_EQ(printed(&quiet), 0);
    host_destroy(&loud);
    host_destroy(&quiet);
}

int main(void)
{
    a_panic_in_a_handler_fails_its_actor_and_nothing_else();
    work_without_an_actor_panics("panics.defer");
    work_without_an_actor_panics("panics.lazy");
    work_without_an_actor_panics("panics.timer");
    what_a_panic_leads_to(ART_PANIC_FAIL_ACTOR);
    what_a_panic_leads_to(ART_PANIC_SHUTDOWN);
    a_host_call_of_rust_panics_and_the_others_are_run();
    a_destructor_that_panics_stops_nothing();
    a_callback_that_panics_inside_of_a_call_poisons();
    panics_go_to_the_log_of_the_runtime_that_asked_for_it();
    return finish();
}
