#include "fake_host.h"

static void wake(void *user, uint32_t flags)
{
    fake_host *host = user;
    atomic_store(&host->wake_flags, flags);
    if (host->in_wake != NULL) {
        host->in_wake(host);
    }
    atomic_fetch_add(&host->wakes, 1);
}

static void wake_drop(void *user)
{
    ++((fake_host *)user)->wake_drops;
}

static uint64_t read_clock(void *user)
{
    fake_host *host = user;
    ++host->clock_reads;
    return host->now;
}

static void take_log(void *user, uint32_t level, const char *text, size_t len)
{
    fake_host *host = user;
    ++host->log_lines;
    host->log_level = level;
    if (len >= sizeof host->log) {
        len = sizeof host->log - 1;
    }
    memcpy(host->log, text, len);
    host->log[len] = '\0';
}

void host_init(fake_host *host)
{
    memset(host, 0, sizeof *host);
    host->now = 1000;
    CHECK_EQ(art_config_init(&host->config, sizeof host->config), ART_OK);
    host->config.abi_version = ART_ABI_VERSION;
    host->config.start_ns = host->now;
    host->config.wake = wake;
    host->config.wake_user = host;
    host->config.wake_drop = wake_drop;
    host->config.clock = read_clock;
    host->config.clock_user = host;
    host->config.log = take_log;
    host->config.log_user = host;
}

void host_start(fake_host *host)
{
    char error[128] = "";
    art_status status = art_create(&host->config, &host->rt, error, sizeof error);
    if (status != ART_OK) {
        fprintf(stderr, "art_create: %s: %s\n", art_status_text(status), error);
        exit(1);
    }
}

void host_create(fake_host *host)
{
    host_init(host);
    host_start(host);
}

void host_destroy(fake_host *host)
{
    int drops_before = host->wake_drops;
    CHECK_EQ(art_destroy(host->rt), ART_OK);
    CHECK_EQ(host->wake_drops, drops_before + 1);
    host->rt = NULL;
}

art_step_result host_step(fake_host *host, uint32_t max)
{
    art_budget budget = ART_BUDGET_INIT;
    art_step_result result = ART_STEP_RESULT_INIT;
    budget.max_messages = max;
    budget.max_ns = UINT64_MAX;
    CHECK_EQ(art_step(host->rt, host->now, &budget, &result), ART_OK);
    return result;
}

uint64_t host_run(fake_host *host)
{
    uint64_t handled = 0;
    art_step_result result;
    do {
        result = host_step(host, 0);
        handled += result.handled;
    } while (result.more);
    return handled;
}

uint64_t host_deadline(fake_host *host)
{
    uint64_t deadline = 77;
    CHECK_EQ(art_next_deadline(host->rt, &deadline), ART_OK);
    return deadline;
}

void count_drop(void *data, size_t len, void *user, uint32_t reason)
{
    drops *self = user;
    (void)data;
    (void)len;
    ++self->calls;
    self->reason = reason;
    if (self->inside != NULL) {
        self->inside(self);
    }
}

void count_release(void *user)
{
    ++*(int *)user;
}

static art_status on_message(void *state, art_context *context, const art_msg *message)
{
    recorder *self = state;
    if (self->count < COUNT(self->tags)) {
        self->tags[self->count] = message->tag;
    }
    ++self->count;
    self->last = *message;
    if (message->len > 0 && message->len <= sizeof self->bytes) {
        memcpy(self->bytes, message->data, message->len);
        self->last.data = self->bytes;
    }
    return self->handle != NULL ? self->handle(self, context, message) : ART_OK;
}

static void on_stop(void *state, art_context *context, const art_stop_cause *cause)
{
    recorder *self = state;
    (void)cause;
    CHECK_EQ(art_context_self(context), self->id);
    ++self->stops;
}

static void destroy(void *state)
{
    ++((recorder *)state)->destroys;
}

static void notify(void *user, art_actor actor, const art_stop_cause *cause)
{
    recorder *self = user;
    CHECK_EQ(actor, self->id);
    ++self->notified;
    self->cause = *cause;
    if (cause->text_len > 0 && cause->text_len < sizeof self->text) {
        memcpy(self->text, cause->text, cause->text_len);
        self->text[cause->text_len] = '\0';
        self->cause.text = self->text;
    }
}

art_actor_config recorder_config(recorder *self)
{
    static const art_actor_vtable vtable = {sizeof vtable, 0, NULL, on_message, on_stop, destroy};
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    config.vtable = &vtable;
    config.argument = self;
    config.notify = notify;
    config.notify_user = self;
    return config;
}

void recorder_spawn(recorder *self, fake_host *host)
{
    art_actor_config config = recorder_config(self);
    self->rt = host->rt;
    CHECK_EQ(art_spawn(host->rt, &config, &self->id), ART_OK);
    CHECK(self->id != 0);
}

art_status post_word(fake_host *host, art_actor to, const char *name, uint64_t word)
{
    return art_post(host->rt, to, art_tag(name), &word, sizeof word);
}

uint64_t last_word(const recorder *self)
{
    uint64_t word = 0;
    CHECK_EQ(self->last.len, sizeof word);
    memcpy(&word, self->bytes, sizeof word);
    return word;
}
