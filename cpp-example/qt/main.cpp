// A window with live statistics of actors that run on its own event loop, beside a worker thread that posts to them. The
// button makes one of them fail; its supervisor starts it again, and what was sent meanwhile has waited.
//
//     example_qt                        # until the window is closed
//     example_qt --screenshot FILE      # offscreen, for some seconds; 0 if messages flowed and the restart was seen
//
// Shows: qt_host beside QApplication::exec, a remote in another thread, counting what actors do, and supervision.
#include "window.hpp"

#include <QtWidgets/QApplication>

#include <cstdio>
#include <cstring>

int main(int count, char** arguments)
{
    const bool screenshot = count == 3 && std::strcmp(arguments[1], "--screenshot") == 0;
    if (count != 1 && !screenshot) {
        std::fprintf(stderr, "usage: %s [--screenshot FILE]\n", arguments[0]);
        return 2;
    }
    const QString file = screenshot ? QString::fromLocal8Bit(arguments[2]) : QString();
    if (screenshot) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(count, arguments);
    QFont font(QStringList{QStringLiteral("Inter"), QStringLiteral("Segoe UI"), QStringLiteral("DejaVu Sans")});
    font.setPixelSize(14);
    QApplication::setFont(font);

    int result = 0;
    try {
        actor_rt::qt_host host;
        example::window window(host);
        window.show();
        if (screenshot) {
            using namespace std::chrono_literals;
            QTimer::singleShot(3800ms, &window, [&] { window.crash_parser(); });
            const auto take = [&] {
                result = window.grab().save(file, "PNG") && window.good() ? 0 : 1;
                QApplication::quit();
            };
            // When the chart is full; on a busy machine that may be before the restart was seen.
            QTimer::singleShot(6200ms, &window, [&window, take] {
                auto* const again = new QTimer(&window);
                QObject::connect(again, &QTimer::timeout, &window, [&window, take] {
                    if (window.good()) {
                        take();
                    }
                });
                again->start(100);
            });
            QTimer::singleShot(20s, &window, take);
        }
        (void)QApplication::exec();
        host.rethrow();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
    return result;
}
