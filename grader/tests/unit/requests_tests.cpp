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

TEST_CASE("requests about segments are taken apart") {
    const auto create = parse_request("create 0x4c01 4097 0640");
    CHECK(create.function == Function::create);
    CHECK(create.key == 0x4c01);
    CHECK(create.size == 4097);
    CHECK(create.mode == 0640);
    CHECK_FALSE(parse_request("create 0x4c01 0600").size);
    CHECK(parse_request("open 0x4c01 100").size == 100);
    CHECK_FALSE(parse_request("open 0x4c01").size);
    CHECK(parse_request("attach-readonly 3").readonly);
    CHECK(parse_request("detach 0x7f0012340000").address == 0x7f0012340000);
    const auto hold = parse_request("hold a 3 readonly");
    CHECK(hold.function == Function::hold);
    CHECK(hold.name == "a");
    CHECK(hold.id == 3);
    CHECK(hold.readonly);
    CHECK_FALSE(parse_request("hold a 3").readonly);
    CHECK(parse_request("hand-on a b").to == "b");
    CHECK(parse_request("post 0x4c01 \"two words\"").message == "two words");
    CHECK(parse_request("writer 0x4c01 one two three").function == Function::post);
    CHECK(parse_request("writer 0x4c01 one two three").key == 0x4c01);
    CHECK(parse_request("writer").function == Function::post);
    CHECK(parse_request("reader 0x4c01").function == Function::notices);
}

TEST_CASE("answers about segments are taken apart") {
    using K = Answer::Kind;
    const auto address = parse_answer("at 0x7f0012340000");
    CHECK(address.kind == K::address);
    CHECK(address.address == 0x7f0012340000);
    CHECK(parse_answer("a nothing, b at 0x7f0012340000").kind == K::held);
    CHECK(parse_answer("nothing").kind == K::held);
    CHECK(parse_answer("\"some bytes\"").kind == K::bytes);
    const auto notices = parse_answer("3: \"two words\" \"\" \"a\\0\"");
    CHECK(notices.kind == K::notices);
    CHECK(notices.rows == std::vector<std::string>{"two words", "", std::string("a\0", 2)});
    CHECK(parse_answer("2: \"one\"").kind != K::notices);
    for (const auto* done : {"detached", "written", "dropped", "posted", "taken down", "ended 2"}) {
        CHECK(parse_answer(done).kind == K::done);
    }
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
