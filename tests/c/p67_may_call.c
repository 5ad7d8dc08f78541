/*
 * `May call:` of the header holds for every function: whatever it is called on, and from where, it calls back only what is said there,
 * and `wake` last of all. Each function is called in several scenes, each in a runtime of its own.
 */
#include "may_call_any.h"

/* ---- the functions for the owner ---- */

static void outside_of_a_step(const every_call *one, const setting *in)
{
    scene self = {0};
    self.name = in->name;
    in->make(&self);
    begin_call();
    art_status status = make_call(one, &self.at);
    judge(one->name, self.name, false, false, status);
    if (status == ART_OK && is_call(one, "art_destroy")) {
        self.rt = NULL;
    }
    end_scene(&self);
}

static void inside_a_handler(const every_call *one, const setting *in)
{
    scene self = {0};
    self.name = "in a handler";
    in->make(&self);
    self.inside = one;
    /* An ask with a payload: there is something to take, to keep and to answer. */
    CHECK_EQ(art_ask(self.rt, self.other, self.subject, art_tag("inside"), "payload", 8, ART_NEVER, NULL), ART_OK);
    run(&self);
    CHECK(self.inside == NULL);
    end_scene(&self);
}

static const every_call *in_this_wake;

static void call_in_wake(scene *self)
{
    unsigned before = ran;
    begin_call();
    art_status status = make_call(in_this_wake, &self->at);
    judge(in_this_wake->name, "inside of wake", false, false, status);
    ran = before;
}

static void inside_of_wake(const every_call *one)
{
    scene self = {0};
    make_actors(&self);
    in_this_wake = one;
    self.in_wake = call_in_wake;
    CHECK_EQ(art_post(self.rt, self.subject, art_tag("x"), NULL, 0), ART_OK);
    CHECK(self.in_wake == NULL);
    end_scene(&self);
}

static void on_nothing(const every_call *one)
{
    scene self = {0};
    self.at.api = art_api(ART_VERSION);
    begin_call();
    art_status status = make_call(one, &self.at);
    judge(one->name, "on NULL", false, false, status);
}
/* ---- the functions for any thread ---- */

static void from_anywhere(const any_call *one, const setting *in)
{
    scene self = {0};
    in->make(&self);
    begin_call();
    art_status status = one->call(&self);
    judge(one->name, in->name, false, one->with_now, status);
    end_scene(&self);
}

/* Its runtime is gone, or there never was one. */
static void after_the_end(const any_call *one, bool ever)
{
    scene self = {0};
    if (ever) {
        make_actors(&self);
        CHECK_EQ(art_destroy(self.rt), ART_OK);
        self.rt = NULL;
    }
    begin_call();
    art_status status = one->call(&self);
    judge(one->name, ever ? "after the runtime's end" : "on NULL", false, one->with_now, status);
    end_scene(&self);
}

/* The second actor, which the host has asked, makes the call; the first one's mailbox is full. */
static void while_the_host_asks(const any_call *one)
{
    scene self = {0};
    make_oldest_dropped(&self);
    self.inside_too = one;
    CHECK_EQ(art_ask_then(self.rt, self.other, EVERY_CALL_TAG, NULL, 0, ART_NEVER, answered, &self, NULL), ART_OK);
    run(&self);
    CHECK(self.inside_too == NULL);
    end_scene(&self);
}

/* ---- all of it ---- */

static void every_function_is_called(void)
{
    for (size_t index = 0; index < may_call_count(); index++) {
        const char *name = may_call_at(index)->name;
        bool there = false;
        for (size_t one = 0; one < COUNT(every_calls); one++) {
            there = there || is_call(&every_calls[one], name);
        }
        for (size_t one = 0; one < COUNT(any_calls); one++) {
            there = there || strcmp(any_calls[one].name, name) == 0;
        }
        if (!there) {
            check_true(false, name, "a scene", 0);
        }
    }
}

/* The other way round: what is said to run does run in one of the scenes, but for these, which are rare: */
static const struct {
    const char *name;
    unsigned kind;
} rare[] = {
    {"art_create", EVERY_CALL_LOG},      /* the library was built to abort, see p31_process_ends.c */
    {"art_remote_ask", EVERY_CALL_TOLD}, /* another thread destroys the runtime meanwhile */
    {"art_destroy", EVERY_CALL_LOG},     /* an actor has failed whose children have not ended yet */
};

static void nothing_is_said_in_vain(void)
{
    for (size_t index = 0; index < may_call_count(); index++) {
        const may_call *said = may_call_at(index);
        unsigned never = (said->always | said->outside | said->failing | said->with_now) & ~seen[index];
        /* Whether a call leaves something to do depends on more than there is in these scenes. */
        never &= ~(unsigned)EVERY_CALL_WAKE;
        for (size_t one = 0; one < COUNT(rare); one++) {
            never &= strcmp(rare[one].name, said->name) == 0 ? ~rare[one].kind : ~0u;
        }
        if (never != 0) {
            fprintf(stderr, "%s never called:", said->name);
            may_call_print(never);
            fprintf(stderr, "\n");
            check_true(false, said->name, "May call", 0);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    may_call_read(argv[1]);
    every_call_hears = hear;
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        const every_call *one = &every_calls[index];
        for (size_t in = 0; in < COUNT(settings); in++) {
            outside_of_a_step(one, &settings[in]);
        }
        inside_a_handler(one, &settings[1]);
        inside_of_wake(one);
        on_nothing(one);
    }
    for (size_t index = 0; index < COUNT(any_calls); index++) {
        for (size_t in = 0; in < COUNT(settings); in++) {
            from_anywhere(&any_calls[index], &settings[in]);
        }
        after_the_end(&any_calls[index], true);
        after_the_end(&any_calls[index], false);
    }
    for (size_t index = 0; index < COUNT(asked_by_the_host); index++) {
        while_the_host_asks(&asked_by_the_host[index]);
    }
    every_function_is_called();
    nothing_is_said_in_vain();
    return finish();
}
