#include "loop.hpp"

#include <stdexcept>

namespace wordhub {

std::unique_ptr<loop> make_loop(loop_kind kind)
{
    if (kind == loop_kind::poll) {
        return make_poll_loop();
    }
#ifdef WORDHUB_WITH_UV
    return make_uv_loop();
#else
    throw std::runtime_error("this program was built without libuv; install libuv1-dev and build it again");
#endif
}

} // namespace wordhub
