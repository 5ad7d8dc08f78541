/*
 * actor_rt.hpp - actors in C++17 on the event loop you already have. Header-only, over actor_rt.h.
 *
 *     struct add {
 *         static constexpr std::string_view tag_name = "counter.add";
 *         std::int64_t amount;
 *     };
 *     struct get {
 *         static constexpr std::string_view tag_name = "counter.get";
 *         using reply_type = std::int64_t;
 *     };
 *     struct counter : actor_rt::actor<counter, add, get> {
 *         void on(actor_rt::context&, const add& message) { total += message.amount; }
 *         std::int64_t on(actor_rt::context&, const get&) { return total; }
 *         std::int64_t total = 0;
 *     };
 *
 *     actor_rt::runtime rt;
 *     const auto ref = rt.spawn<counter>();
 *     rt.post(ref, add{3});
 *     rt.ask(ref, get{}, 50ms, [](actor_rt::answer<std::int64_t> total) { print(*total); });
 *     rt.run_until_idle();
 *
 * Ownership  A `runtime` owns its actors, and an actor lives until it stops, fails, is killed or its runtime ends. An
 *            `actor_ref` is an id: it owns nothing and never dangles.
 * Threads    A runtime and its contexts belong to one thread. `remote`, `waker`, `watchdog` and `buffer` are for any.
 * Failures   What a handler throws fails its actor only and is rethrown from `step`; if `spawn_supervised` made the actor,
 *            its supervisor hears of it instead. Without exceptions see api.hpp.
 * Loops      <actor_rt/poll.hpp> for poll and epoll, <actor_rt/uv.hpp> for libuv, <actor_rt/qt.hpp>, <actor_rt/glib.hpp>,
 *            <actor_rt/asio.hpp>. Any other loop: call `step` when `options::wake` has asked for it or `next_timeout`
 *            has passed, soon again after `more`, and `run_host_calls` when there are some.
 * Besides    <actor_rt/lambda.hpp> actors of functions, <actor_rt/coroutine.hpp> handlers that wait (C++20),
 *            <actor_rt/tree.hpp> supervisors and children while they run, <actor_rt/asking.hpp> questions to several and
 *            handlers that wait, <actor_rt/coalesce.hpp> one answer for all who ask for the same, <actor_rt/sending.hpp>
 *            posts that are urgent or wait for room, <actor_rt/names.hpp>, <actor_rt/groups.hpp> and <actor_rt/port.hpp>
 *            who is found by a name and who gets what is said to many, <actor_rt/pool.hpp> jobs for several workers,
 *            <actor_rt/turns.hpp> timers by number and work for when nothing waits, <actor_rt/system.hpp> what is said to
 *            any actor, <actor_rt/heartbeat.hpp> and <actor_rt/byte_budget.hpp> whether actors are well and their queues
 *            too long, <actor_rt/inspect.hpp> and <actor_rt/observer.hpp> what a runtime says about itself and who sees its
 *            messages, <actor_rt/bytes.hpp> payloads without a copy.
 * Guests     In somebody else's runtime, by a table of functions: <actor_rt/library.hpp> a library of actors that a program
 *            loads, <actor_rt/python.hpp> an extension of Python's. Include those before any other header.
 */
#ifndef ACTOR_RT_HPP
#define ACTOR_RT_HPP

// IWYU pragma: begin_exports
#include "actor_rt/api.hpp"
#include "actor_rt/error.hpp"
#include "actor_rt/time.hpp"
#include "actor_rt/message.hpp"
#include "actor_rt/payload.hpp"
#include "actor_rt/options.hpp"
#include "actor_rt/remote.hpp"
#include "actor_rt/answer.hpp"
#include "actor_rt/owner.hpp"
#include "actor_rt/context.hpp"
#include "actor_rt/actor.hpp"
#include "actor_rt/spawn.hpp"
#include "actor_rt/supervision.hpp"
#include "actor_rt/mailbox.hpp"
#include "actor_rt/runtime.hpp"
// IWYU pragma: end_exports

#endif // ACTOR_RT_HPP
