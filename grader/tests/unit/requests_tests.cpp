#include "diagnosis/requests.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cerrno>

using namespace ipclab::diagnosis;
using ipclab::kernel::Kind;

TEST_CASE("requests about messages are taken apart") {
    const auto send = parse_request("send 3 -5 \"two words\\0\"");
    CHECK(send.function == Function::send);
    CHECK(send.id == 3);
    CHECK(send.type == -5);
    CHECK(send.message == std::string("two words\0", 10));
    CHECK(parse_request("receive 3 0").function == Function::receive);
    CHECK_FALSE(parse_request("receive 3 0").size);
    CHECK(parse_request("receive 3 0 29").size == 29);
    CHECK(parse_request("server 0x8c01f00d").key == static_cast<key_t>(0x8c01f00d));
    CHECK(name_of(Function::serve) == "serve");
}

TEST_CASE("requests about objects are taken apart") {
    CHECK(parse_request("sets").function == Function::list_sets);
    const auto remove = parse_request("remove-key set 0x4c01");
    CHECK(remove.function == Function::remove_key);
    CHECK(remove.kind == Kind::semaphore_set);
    CHECK(remove.key == 0x4c01);
    CHECK(parse_request("my-ipcrm -q 3 -Q 0x5").arguments ==
          std::vector<std::string>{"-q", "3", "-Q", "0x5"});
    CHECK(parse_request("my-ipcs").function == Function::my_ipcs);
    CHECK(parse_request("remove 3").function == Function::remove);
}

TEST_CASE("answers are taken apart") {
    using K = Answer::Kind;
    const auto message = parse_answer("type 7 \"a b\"*2");
    CHECK(message.kind == K::message);
    CHECK(message.message.type == 7);
    CHECK(message.message.text == "a ba b");
    CHECK(parse_answer("none").kind == K::nothing);
    CHECK(parse_answer("full").kind == K::full);
    CHECK(parse_answer("pending").kind == K::pending);
    CHECK(parse_answer("2: queue 3; set 0").rows == std::vector<std::string>{"queue 3", "set 0"});
    CHECK(parse_answer("0").kind == K::list);
    CHECK(parse_answer("not-written send").kind == K::other);
    CHECK(parse_answer("error EIDRM Identifier removed").error == EIDRM);
}
