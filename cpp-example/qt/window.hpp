/*
 * Owns: the window: figures, chart, table, the button that makes the parser fail, and the line that says what became of
 * it. It looks at the runtime from a QTimer, between two steps, so it needs no lock and no copy of the actors' state.
 */
#ifndef EXAMPLE_QT_WINDOW_HPP
#define EXAMPLE_QT_WINDOW_HPP

#include "actors.hpp"
#include "chart.hpp"

#include <actor_rt/qt.hpp>

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

namespace example {
inline const char* const style_sheet = R"(
    QWidget#page { background: #0d111c; }
    QWidget { color: #e8ecf5; font-size: 14px; }
    QFrame#card { background: #161c2c; border: 1px solid #242c42; border-radius: 14px; }
    QLabel#title { font-size: 24px; font-weight: 700; }
    QLabel#quiet { color: #8a94ad; font-size: 13px; }
    QLabel#figure { font-size: 28px; font-weight: 700; }
    QPushButton { background: #fb7185; color: #2a0a12; font-weight: 700; border: none; border-radius: 10px; padding: 11px 20px; }
    QPushButton:hover { background: #fda4af; }
    QPushButton:pressed { background: #e11d48; color: white; }
    QPushButton:disabled { background: #3a2530; color: #8a94ad; }
    QTableWidget { background: transparent; border: none; }
    QTableWidget::item { border-bottom: 1px solid #242c42; padding: 0 6px; }
    QHeaderView { background: transparent; }
    QHeaderView::section { background: transparent; color: #8a94ad; border: none; border-bottom: 1px solid #242c42;
                           padding: 6px; font-size: 12px; }
)";

class window : public QWidget {
public:
    explicit window(actor_rt::qt_host& host)
        : host_(host),
          parser_(parser::spawn(host.rt())),
          meter_(host.rt().spawn<meter>(parser_)),
          seen_(host.rt()),
          worker_(host.rt().make_remote(), meter_)
    {
        seen_.watch("meter", meter_, colours::teal);
        seen_.watch("parser", parser_, colours::violet);
        seen_.watch("pulse", host.rt().spawn<pulse>(), colours::amber);
        build();
        host_.on_step([this](const actor_rt::step_result&, std::chrono::nanoseconds took) {
            ++steps_;
            longest_ = std::max(longest_, took);
        });
        clock_.start();
        since_.start();
        QObject::connect(&timer_, &QTimer::timeout, this, [this] { refresh(); });
        timer_.start(look_period);
    }

    void crash_parser()
    {
        (void)host_.rt().post(parser_, crash{});
        failed_at_ = clock_.elapsed();
    }
    /// Whether messages flowed, also through the parser after its restart.
    bool good() const
    {
        const actor_row& row = seen_.rows[1];
        return row.restarts >= 1 && !row.down && row.messages > 0 && seen_.rows[0].messages > 0 && seen_.rows[2].messages > 0;
    }

private:
    static QLabel* label(const QString& text, const char* kind)
    {
        auto* const made = new QLabel(text);
        made->setObjectName(QString::fromLatin1(kind));
        return made;
    }
    static QFrame* card(QLayout* content)
    {
        auto* const made = new QFrame;
        made->setObjectName(QStringLiteral("card"));
        made->setLayout(content);
        content->setContentsMargins(18, 14, 18, 14);
        return made;
    }
    QFrame* figure(const QString& what, QLabel*& value)
    {
        auto* const column = new QVBoxLayout;
        column->setSpacing(2);
        column->addWidget(label(what, "quiet"));
        column->addWidget(value = label(QStringLiteral("0"), "figure"));
        return card(column);
    }

    void build()
    {
        setObjectName(QStringLiteral("page"));
        setAttribute(Qt::WA_StyledBackground);
        setStyleSheet(QString::fromLatin1(style_sheet));
        setWindowTitle(QStringLiteral("actor-rt on Qt"));
        resize(1080, 760);

        auto* const titles = new QVBoxLayout;
        titles->setSpacing(2);
        titles->addWidget(label(QStringLiteral("Actors on Qt's event loop"), "title"));
        titles->addWidget(label(QStringLiteral("A worker thread posts samples; the actors share this window's own thread."), "quiet"));
        button_ = new QPushButton(QStringLiteral("Crash the parser"));
        QObject::connect(button_, &QPushButton::clicked, this, [this] { crash_parser(); });
        auto* const top = new QHBoxLayout;
        top->addLayout(titles);
        top->addStretch();
        top->addWidget(button_);

        auto* const figures = new QHBoxLayout;
        figures->setSpacing(14);
        figures->addWidget(figure(QStringLiteral("Messages / s"), messages_));
        figures->addWidget(figure(QStringLiteral("Steps / s"), steps_shown_));
        figures->addWidget(figure(QStringLiteral("Longest step"), longest_shown_));
        figures->addWidget(figure(QStringLiteral("Restarts"), restarts_));

        auto* const graph = new QVBoxLayout;
        graph->addWidget(chart_ = new chart(seen_));
        auto* const list = new QVBoxLayout;
        list->addWidget(build_table());
        auto* const page = new QVBoxLayout(this);
        page->setContentsMargins(24, 22, 24, 18);
        page->setSpacing(14);
        page->addLayout(top);
        page->addLayout(figures);
        page->addWidget(card(graph), 1);
        page->addWidget(card(list));
        page->addWidget(news_ = label(QStringLiteral("All actors are running."), "quiet"));
    }

    QTableWidget* build_table()
    {
        const QStringList heads = {QStringLiteral("Actor"), QStringLiteral("State"), QStringLiteral("Messages"),
                                   QStringLiteral("Per second"), QStringLiteral("Busy"), QStringLiteral("Restarts"),
                                   QStringLiteral("Last 6 seconds")};
        const int rows = static_cast<int>(seen_.rows.size());
        table_ = new QTableWidget(rows, static_cast<int>(heads.size()));
        table_->setHorizontalHeaderLabels(heads);
        table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
        table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        table_->verticalHeader()->hide();
        table_->verticalHeader()->setDefaultSectionSize(42);
        table_->setShowGrid(false);
        table_->setFocusPolicy(Qt::NoFocus);
        table_->setSelectionMode(QAbstractItemView::NoSelection);
        table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
        table_->setFixedHeight(34 + 42 * rows);
        for (int row = 0; row < rows; ++row) {
            for (int column = 0; column < table_->columnCount() - 1; ++column) {
                table_->setItem(row, column, new QTableWidgetItem);
            }
            table_->setCellWidget(row, table_->columnCount() - 1, new sparkline(seen_, seen_.rows[static_cast<std::size_t>(row)]));
        }
        return table_;
    }

    void refresh()
    {
        const double seconds = static_cast<double>(since_.elapsed()) / 1000;
        if (seconds < 0.05) {
            return; // Qt makes up for a tick that came late; a rate over so short a time says nothing.
        }
        since_.start();
        const bool was_down = seen_.rows[1].down;
        seen_.look(static_cast<double>(clock_.elapsed()) / 1000);
        const actor_row& watched = seen_.rows[1];
        if (watched.down && !was_down) {
            news_->setText(QStringLiteral("The parser has failed. Its supervisor starts it again in 700 ms; what is sent to it waits."));
        } else if (was_down && !watched.down) {
            news_->setText(QStringLiteral("The parser is back after %1 ms, with its id and all that waited for it.")
                               .arg(clock_.elapsed() - failed_at_));
        }
        button_->setEnabled(!watched.down);
        show_number(messages_, seen_.rate());
        show_number(steps_shown_, static_cast<double>(std::exchange(steps_, 0)) / seconds);
        const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(std::exchange(longest_, {}));
        longest_shown_->setText(QStringLiteral("%1 µs").arg(longest.count()));
        restarts_->setText(QString::number(watched.restarts));
        for (int row = 0; row < table_->rowCount(); ++row) {
            show_row(row, seen_.rows[static_cast<std::size_t>(row)]);
        }
        chart_->update();
        table_->viewport()->update();
    }

    void show_row(int row, const actor_row& values)
    {
        const auto cell = [&](int column, const QString& text, const QColor& colour = colours::text) {
            table_->item(row, column)->setText(text);
            table_->item(row, column)->setForeground(colour);
        };
        cell(0, QStringLiteral("●  ") + QString::fromStdString(values.name), values.colour);
        cell(1, values.down ? QStringLiteral("restarting") : QStringLiteral("running"), values.down ? colours::red : colours::teal);
        cell(2, QLocale::c().toString(static_cast<qulonglong>(values.messages)));
        cell(3, QString::number(values.rate(), 'f', 0));
        cell(4, QString::number(values.busy_percent, 'f', 2) + QStringLiteral(" %"));
        cell(5, values.supervised ? QString::number(values.restarts) : QStringLiteral("–"),
             values.supervised ? colours::text : colours::quiet);
        table_->cellWidget(row, table_->columnCount() - 1)->update();
    }

    static void show_number(QLabel* shown, double value) { shown->setText(QLocale::c().toString(static_cast<qlonglong>(value))); }

    actor_rt::qt_host& host_;
    actor_rt::actor_ref<parser> parser_;
    actor_rt::actor_ref<meter> meter_;
    statistics seen_;
    QElapsedTimer clock_, since_;
    QTimer timer_;
    qint64 failed_at_ = 0;
    int steps_ = 0;
    std::chrono::nanoseconds longest_{0};
    QLabel *messages_ = nullptr, *steps_shown_ = nullptr, *longest_shown_ = nullptr, *restarts_ = nullptr, *news_ = nullptr;
    QPushButton* button_ = nullptr;
    QTableWidget* table_ = nullptr;
    chart* chart_ = nullptr;
    worker worker_; // Last: it posts from its first moment.
};
} // namespace example

#endif // EXAMPLE_QT_WINDOW_HPP
