/* A host sees every message, its number, and that of the message that led to it; and what was lost. */
#include "fake_host.h"

typedef struct seen {
    unsigned sent, delivering, delivered, lost, drops;
    uint64_t last_sent, last_cause;
    art_delivery last;
    art_dead_letter letter;
} seen;

static void sent(void *user, uint64_t message, uint64_t cause)
{
    seen *self = user;
    ++self->sent;
    self->last_sent = message;
    self->last_cause = cause;
}

static void delivering(void *user, const art_delivery *delivery)
{
    seen *self = user;
    ++self->delivering;
    CHECK_EQ(delivery->struct_size, sizeof *delivery);
    self->last = *delivery;
}

static void delivered(void *user)
{
    ++((seen *)user)->delivered;
}

static void lost(void *user, const art_dead_letter *letter)
{
    seen *self = user;
    ++self->lost;
    CHECK_EQ(letter->struct_size, sizeof *letter);
    self->letter = *letter;
}

static void gone(void *user)
{
    ++((seen *)user)->drops;
}

static art_observer observer_of(seen *self)
{
    art_observer observer = ART_OBSERVER_INIT;
    observer.sent = sent;
    observer.delivering = delivering;
    observer.delivered = delivered;
    observer.lost = lost;
    observer.user = self;
    observer.user_drop = gone;
    return observer;
}

/* What handlers read of the message in hand. */
static uint64_t numbers[8][2];
static art_status statuses[8];
static size_t read_count;
static art_actor next_one;

static art_status read_trace(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    statuses[read_count] = art_context_trace(context, &numbers[read_count][0], &numbers[read_count][1]);
    ++read_count;
    CHECK_EQ(art_context_trace(context, NULL, NULL), statuses[read_count - 1]);
    if (message->tag == art_tag("pass on")) {
        return art_post(art_context_runtime(context), next_one, art_tag("passed"), NULL, 0);
    }
    return ART_OK;
}

static void messages_have_numbers_and_causes(fake_host *host)
{
    static recorder one, two;
    seen first = {0}, second = {0};
    art_observer observer = observer_of(&first);
    one.handle = two.handle = read_trace;
    recorder_spawn(&one, host);
    recorder_spawn(&two, host);
    next_one = two.id;
    CHECK_EQ(post_word(host, one.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(read_count == 1 && statuses[0] == ART_NO_CONTEXT);
    CHECK_EQ(art_set_observer(host->rt, &observer), ART_OK);
    CHECK_EQ(post_word(host, one.id, "pass on", 0), ART_OK);
    CHECK(first.sent == 1 && first.last_cause == 0);
    uint64_t number = first.last_sent;
    CHECK(number != 0);
    host_run(host);
    CHECK(first.sent == 2 && first.last_cause == number);
    CHECK(first.delivering == 2 && first.delivered == 2 && first.lost == 0);
    CHECK(first.last.receiver == two.id && first.last.tag == art_tag("passed"));
    CHECK(first.last.message == first.last_sent && first.last.cause == number && first.last.type_name_len > 0);
    CHECK(read_count == 3 && statuses[1] == ART_OK && statuses[2] == ART_OK);
    CHECK(numbers[1][0] == number && numbers[1][1] == 0);
    CHECK(numbers[2][0] == first.last_sent && numbers[2][1] == number);
    /* What nobody sees. */
    CHECK_EQ(post_word(host, 0, "x", 0), ART_NOT_FOUND);
    CHECK(first.lost == 1 && first.letter.reason == ART_DROP_NOT_FOUND && first.letter.tag == art_tag("x"));
    /* Another one in its place, that has no functions; and none. */
    observer = observer_of(&second);
    observer.sent = NULL;
    observer.delivering = NULL;
    observer.delivered = NULL;
    observer.lost = NULL;
    CHECK_EQ(art_set_observer(host->rt, &observer), ART_OK);
    CHECK(first.drops == 1 && second.drops == 0);
    CHECK_EQ(post_word(host, one.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(read_count == 4 && statuses[3] == ART_OK && first.delivering == 2);
    CHECK_EQ(art_set_observer(host->rt, NULL), ART_OK);
    CHECK_EQ(second.drops, 1);
    CHECK_EQ(post_word(host, one.id, "x", 0), ART_OK);
    host_run(host);
    CHECK(read_count == 5 && statuses[4] == ART_NO_CONTEXT);
    /* Refused, it is gone. */
    observer.flags = 1;
    CHECK_EQ(art_set_observer(host->rt, &observer), ART_INVALID_ARGUMENT);
    CHECK_EQ(second.drops, 2);
    observer.struct_size = 4;
    CHECK_EQ(art_set_observer(host->rt, &observer), ART_STRUCT_SIZE);
    observer = observer_of(&first);
    CHECK_EQ(art_set_observer(host->rt, &observer), ART_OK);
    host_destroy(host);
    CHECK_EQ(first.drops, 2);
}

static art_status post_to_nobody(recorder *self, art_context *context, const art_msg *message)
{
    (void)message;
    CHECK_EQ(art_post(art_context_runtime(context), ((recorder *)self->user)->id, 5, NULL, 0), ART_NOT_FOUND);
    return ART_OK;
}

static void the_last_dead_letters_are_kept(void)
{
    fake_host host;
    static recorder actor;
    art_dead_letter letter = ART_DEAD_LETTER_INIT;
    host_create(&host);
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_dead_letter_at(host.rt, 0, &letter), ART_NOT_FOUND);
    (void)host_step(&host, 0);
    CHECK_EQ(post_word(&host, actor.id, "first", 0), ART_OK);
    CHECK_EQ(art_kill(host.rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(post_word(&host, actor.id, "second", 0), ART_NOT_FOUND);
    CHECK_EQ(art_dead_letter_at(host.rt, 0, &letter), ART_OK);
    CHECK(letter.reason == ART_DROP_NOT_FOUND && letter.receiver == actor.id && letter.tag == art_tag("second"));
    CHECK(letter.sender == 0 && letter.step == 2 && letter.struct_size == sizeof letter);
    CHECK(letter.type_name_len > 0 && memchr(letter.type_name, '\0', letter.type_name_len) == NULL);
    CHECK_EQ(art_dead_letter_at(host.rt, 1, &letter), ART_OK);
    CHECK(letter.reason == ART_DROP_CANCELLED && letter.tag == art_tag("first"));
    CHECK_EQ(art_dead_letter_at(host.rt, 2, &letter), ART_NOT_FOUND);
    /* From whom it was. */
    static recorder sender;
    sender.handle = post_to_nobody;
    sender.user = &actor;
    recorder_spawn(&sender, &host);
    CHECK_EQ(post_word(&host, sender.id, "go", 0), ART_OK);
    host_run(&host);
    CHECK_EQ(art_dead_letter_at(host.rt, 0, &letter), ART_OK);
    CHECK(letter.sender == sender.id && letter.receiver == actor.id && letter.tag == 5);
    for (int more = 0; more < 40; more++) {
        CHECK_EQ(post_word(&host, actor.id, "more", 0), ART_NOT_FOUND);
    }
    CHECK_EQ(art_dead_letter_at(host.rt, 31, &letter), ART_OK);
    CHECK_EQ(letter.tag, art_tag("more"));
    CHECK_EQ(art_dead_letter_at(host.rt, 32, &letter), ART_NOT_FOUND);
    CHECK_EQ(art_dead_letter_at(host.rt, 0, NULL), ART_NULL_POINTER);
    letter.struct_size = 4;
    CHECK_EQ(art_dead_letter_at(host.rt, 0, &letter), ART_STRUCT_SIZE);
    host_destroy(&host);
}

static void the_tree_is_drawn(void)
{
    fake_host host;
    static recorder boss, child;
    art_actor_config config = recorder_config(&boss);
    char text[2048], cut[9];
    size_t len = 0;
    host_create(&host);
    config.name = "boss";
    CHECK_EQ(art_spawn(host.rt, &config, &boss.id), ART_OK);
    config = recorder_config(&child);
    config.parent = boss.id;
    config.name = "child";
    CHECK_EQ(art_spawn(host.rt, &config, &child.id), ART_OK);
    host_run(&host);
    CHECK_EQ(art_snapshot_dot(host.rt, text, sizeof text, &len), ART_OK);
    CHECK_EQ(strlen(text), len);
    CHECK(strncmp(text, "digraph actors {", 16) == 0 && strstr(text, "boss") != NULL && strstr(text, "child") != NULL);
    CHECK(strstr(text, " -> ") != NULL);
    CHECK_EQ(art_snapshot_dot(host.rt, cut, sizeof cut, NULL), ART_OK);
    CHECK(strcmp(cut, "digraph ") == 0);
    CHECK_EQ(art_snapshot_dot(host.rt, NULL, 1, &len), ART_NULL_POINTER);
    host_destroy(&host);
}

static art_status take_a_while(recorder *self, art_context *context, const art_msg *message)
{
    (void)context;
    memcpy(&read_count, message->data, sizeof read_count);
    ((fake_host *)self->user)->now += read_count;
    return ART_OK;
}

static void the_longest_handler_is_counted(void)
{
    fake_host host;
    static recorder actor;
    art_actor_counts counts = ART_ACTOR_COUNTS_INIT;
    host_create(&host);
    actor.handle = take_a_while;
    actor.user = &host;
    recorder_spawn(&actor, &host);
    CHECK_EQ(art_set_counting(host.rt, ART_COUNT_BUSY_TIME), ART_OK);
    for (uint64_t took = 10; took <= 30; took += 20) {
        CHECK_EQ(post_word(&host, actor.id, "x", took), ART_OK);
        CHECK_EQ(post_word(&host, actor.id, "x", 5), ART_OK);
    }
    host_run(&host);
    CHECK_EQ(art_counts(host.rt, actor.id, &counts), ART_OK);
    CHECK(counts.messages == 4 && counts.busy_ns == 50 && counts.longest_ns == 30);
    /* A caller of before the field has it as it was. */
    counts.longest_ns = 77;
    counts.struct_size = (uint32_t)offsetof(art_actor_counts, longest_ns);
    CHECK_EQ(art_counts(host.rt, actor.id, &counts), ART_OK);
    CHECK_EQ(counts.longest_ns, 77);
    host_destroy(&host);
}

int main(void)
{
    fake_host host;
    host_create(&host);
    messages_have_numbers_and_causes(&host);
    the_last_dead_letters_are_kept();
    the_tree_is_drawn();
    the_longest_handler_is_counted();
    return finish();
}
