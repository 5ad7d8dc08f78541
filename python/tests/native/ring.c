/* Actors in C for the tests of Python's: a member of a ring, one that keeps bytes, one that asks, one with a host call. */
#include <actor_rt/library.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const art_api_table *api;

typedef struct member {
    art_runtime *rt;
    art_actor next;
    uint64_t seen;
} member;

static art_status pass(void *state, art_context *context, const art_msg *message)
{
    member *self = state;
    uint64_t left;
    (void)context;
    if (message->tag == art_tag("ring.join") && message->len == sizeof self->next) {
        memcpy(&self->next, message->data, sizeof self->next);
        return ART_OK;
    }
    if (message->tag == art_tag("ring.token") && message->len == sizeof left) {
        memcpy(&left, message->data, sizeof left);
        ++self->seen;
        if (left != 0) {
            --left;
            return api->post(self->rt, self->next, message->tag, &left, sizeof left);
        }
        return ART_OK;
    }
    if (message->tag == art_tag("ring.seen")) {
        return api->reply(self->rt, message->reply, 0, &self->seen, sizeof self->seen);
    }
    return ART_OK;
}

/* Answers with the first byte of a payload, its last one and its length; "keeper.where" with its address. */
static art_status keep(void *state, art_context *context, const art_msg *message)
{
    member *self = state;
    const unsigned char *bytes = message->data;
    uint64_t answer[3] = {0, 0, 0};
    (void)context;
    if (message->tag == art_tag("keeper.where")) {
        answer[0] = (uint64_t)(uintptr_t)message->data;
        return api->reply(self->rt, message->reply, 0, answer, sizeof answer[0]);
    }
    if (message->tag == art_tag("keeper.fail")) {
        api->context_fail(context, -1234, "as was asked for", ART_NUL_TERMINATED);
        return -1234;
    }
    if (message->len != 0) {
        answer[0] = bytes[0];
        answer[1] = bytes[message->len - 1];
    }
    answer[2] = message->len;
    return api->reply(self->rt, message->reply, 0, answer, sizeof answer);
}

static uint64_t add_up(art_runtime *rt, void *user)
{
    (void)rt;
    return *(uint64_t *)user + 1;
}

/* Has the host add one to "caller.add", and answers with the result. */
static art_status call(void *state, art_context *context, const art_msg *message)
{
    member *self = state;
    if (message->flags & ART_MSG_HOST_CALL) {
        return api->reply(self->rt, self->next, 0, &message->detail, sizeof message->detail);
    }
    if (message->tag == art_tag("caller.add") && message->len == sizeof self->seen) {
        memcpy(&self->seen, message->data, sizeof self->seen);
        self->next = message->reply;
        api->context_reply_keep(context);
        return api->context_host_call(context, add_up, &self->seen, NULL, 0);
    }
    return ART_OK;
}

ART_LIBRARY_EXPORT art_status actor_rt_spawn(const art_api_table *given, art_runtime *rt, const char *kind, size_t kind_len,
                                             const void *argument, size_t argument_len, art_actor *out, char *error,
                                             size_t error_size)
{
    static const art_actor_vtable members = {sizeof members, 0, NULL, pass, NULL, free};
    static const art_actor_vtable keepers = {sizeof keepers, 0, NULL, keep, NULL, free};
    static const art_actor_vtable callers = {sizeof callers, 0, NULL, call, NULL, free};
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    member *state;
    (void)argument;
    if (!ART_API_FITS(given)) {
        return ART_VERSION_MISMATCH;
    }
    api = given;
    if (kind_len == 6 && memcmp(kind, "member", 6) == 0) {
        config.vtable = &members;
    } else if (kind_len == 6 && memcmp(kind, "keeper", 6) == 0) {
        config.vtable = &keepers;
    } else if (kind_len == 6 && memcmp(kind, "caller", 6) == 0) {
        config.vtable = &callers;
    } else {
        return ART_NOT_FOUND;
    }
    if (argument_len != 0) {
        if (error_size != 0) {
            (void)snprintf(error, error_size, "%s", "it takes no argument");
        }
        return ART_INVALID_ARGUMENT;
    }
    state = calloc(1, sizeof *state);
    if (state == NULL) {
        return ART_NO_MEMORY;
    }
    state->rt = rt;
    config.argument = state;
    config.argument_drop = free;
    config.name = kind;
    config.name_len = kind_len;
    return api->spawn(rt, &config, out);
}
