#include "check.hpp"

int main(int count, char** arguments)
{
    return check::run(count, arguments);
}
