#include "message_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <random>
#include <string>

using shell::read_text;
using shell::show_text;

TEST_CASE("what is shown of a text can be read again") {
    const auto text = GENERATE(
        std::string(), std::string("alpha"), std::string("two words"), std::string("a\0b\0", 4),
        std::string("\n\t\r\"\\"), std::string("\xff\xfe\x80"), std::string("메시지 é 😀"),
        std::string("\x7f\x01"), std::string(8192, 'x'), std::string("\xed\xa0\x80\xc0\x80"));
    CHECK(read_text(show_text(text)) == text);
}

TEST_CASE("random bytes are shown and read again") {
    std::mt19937 random(7);
    for (int times = 0; times < 200; ++times) {
        std::string text;
        for (auto left = random() % 300; left > 0; --left) {
            text += static_cast<char>(random() % 256);
        }
        REQUIRE(read_text(show_text(text)) == text);
    }
}

TEST_CASE("a text is shown as people type it") {
    CHECK(show_text("alpha") == "\"alpha\"");
    CHECK(show_text(std::string("a\0\n\xff", 4)) == "\"a\\0\\n\\xff\"");
    CHECK(show_text("한국") == "\"한국\"");
    CHECK(show_text(std::string(8192, 'x')) == "\"x\"*8192");
    CHECK(show_text("xxxx") == "\"xxxx\"");
    std::string almost(8191, 'x');
    CHECK(show_text(almost + "y") == "\"" + almost + "y\"");
}

TEST_CASE("a word without quotes is a text, and what is no text is refused") {
    CHECK(read_text("alpha") == "alpha");
    CHECK(read_text("\"ab\"*3") == "ababab");
    CHECK(read_text("\"\"") == "");
    for (const char* bad : {"\"open", "\"a\"b", "\"\\q\"", "\"\\x1\"", "\"\\xzz\"", "\"a\"*",
                            "\"a\"*-1", "\"abc\"*9999999", "\"a\\"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_text(bad));
    }
}
