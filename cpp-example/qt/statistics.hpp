/*
 * Owns: what the window shows: for each actor how many messages it handled, how many a second lately, how busy it was, and
 * where it is in its life. `look` reads it all from the runtime, between two steps.
 */
#ifndef EXAMPLE_QT_STATISTICS_HPP
#define EXAMPLE_QT_STATISTICS_HPP

#include <actor_rt/inspect.hpp>
#include <actor_rt/tree.hpp>

#include <QtGui/QColor>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

namespace example {
/// How often the window looks at the runtime, and how many seconds of that it shows.
constexpr std::chrono::milliseconds look_period(100);
constexpr double seconds_shown = 6;

struct actor_row {
    std::string name;
    actor_rt::actor_ref<> actor;
    QColor colour;
    std::uint64_t messages = 0;
    std::uint64_t busy_ns = 0;
    double busy_percent = 0;
    std::deque<double> rates; // Messages a second, one for each look.
    bool supervised = false;
    bool down = false; // Failed, and not yet restarted.
    std::uint32_t restarts = 0;

    double rate() const { return rates.empty() ? 0 : rates.back(); }
};

class statistics {
public:
    std::vector<actor_row> rows;
    std::deque<double> times; // Of the looks, in seconds, oldest first.
    std::deque<bool> down;    // At each look: whether an actor was down.

    explicit statistics(actor_rt::runtime& rt) : rt_(rt)
    {
        (void)actor_rt::inspection(rt).count(actor_rt::counting::busy_time);
    }

    void watch(std::string name, actor_rt::actor_ref<> actor, QColor colour)
    {
        actor_row row;
        row.name = std::move(name);
        row.actor = actor;
        row.colour = colour;
        rows.push_back(std::move(row));
    }

    void look(double now)
    {
        const double seconds = times.empty() ? now : now - times.back();
        times.push_back(now);
        const actor_rt::inspection inspection(rt_);
        const actor_rt::tree tree(rt_);
        bool any_down = false;
        for (actor_row& row : rows) {
            const std::uint64_t messages = row.messages;
            const std::uint64_t busy_ns = row.busy_ns;
            if (const auto counts = inspection.counts(row.actor)) {
                row.messages = counts->messages;
                row.busy_ns = counts->busy_ns;
            }
            row.rates.push_back(static_cast<double>(row.messages - messages) / seconds);
            row.busy_percent = static_cast<double>(row.busy_ns - busy_ns) / 1e7 / seconds;
            if (const auto child = tree.describe(row.actor)) {
                row.supervised = true;
                row.down = child->status != actor_rt::child_status::running;
                row.restarts = child->restarts;
            }
            any_down = any_down || row.down;
        }
        down.push_back(any_down);
        while (times.size() > 2 && times[1] < now - seconds_shown) { // One more than is seen, where the line comes in.
            times.pop_front();
            down.pop_front();
            for (actor_row& row : rows) {
                row.rates.pop_front();
            }
        }
    }

    double rate() const
    {
        double sum = 0;
        for (const actor_row& row : rows) {
            sum += row.rate();
        }
        return sum;
    }

private:
    actor_rt::runtime& rt_;
};
} // namespace example

#endif // EXAMPLE_QT_STATISTICS_HPP
