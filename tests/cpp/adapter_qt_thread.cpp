// The adapter for Qt on the loop of a QThread: the rules of every adapter. The application has its own loop beside it. Run with
// both of Qt's dispatchers; see CMakeLists.txt.
#define ADAPTER_TEST_QTHREAD
#include "adapter/qt_loop.hpp"

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#include "adapter/attachment.hpp"
#include "adapter/nesting.hpp"
#include "adapter/running.hpp"

namespace {
struct tests final : QThread {
    int count;
    char** arguments;
    int result = 1;

    tests(int given, char** texts) : count(given), arguments(texts) {}
    void run() override { result = check::run(count, arguments); }
};
} // namespace

TEST(the_loop_is_not_that_of_the_application)
{
    fixture f;
    CHECK(f.host.thread() == QThread::currentThread() && f.host.thread() != QCoreApplication::instance()->thread());
}

int main(int count, char** arguments)
{
    QCoreApplication application(count, arguments);
    tests all(count, arguments);
    QObject::connect(&all, &QThread::finished, &application, [&] { QCoreApplication::exit(all.result); });
    all.start();
    const int result = QCoreApplication::exec();
    all.wait();
    return result;
}
