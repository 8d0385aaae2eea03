#include "checks/drawing.hpp"

namespace ipclab::checks {

std::string draw_text(arena::Arena& arena, int size) {
    std::string text;
    while (text.size() < static_cast<std::size_t>(size)) {
        text += static_cast<char>('a' + arena.draw(0, 25));
    }
    return text;
}

key_t draw_key(arena::Arena& arena, std::size_t turn) {
    key_t key = arena.fresh_key();
    while ((key < 0) != (turn % 2 == 1)) {
        key = arena.fresh_key();
    }
    return key;
}

std::string repeated(const std::string& part, int times) {
    std::string text;
    for (int count = 0; count < times; ++count) {
        text += part;
    }
    return text;
}

}  // namespace ipclab::checks
