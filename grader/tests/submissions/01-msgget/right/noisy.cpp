// what: prints 40 KB at every call: terminal escapes, protocol look-alikes, Korean, no newlines
// note: queue.hpp says "No function prints"; what is printed must disturb nothing all the same
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>

#include "queue.hpp"

namespace ipc {

namespace {

void shout(const char* call) {
    const int saved = errno;
    std::cout << "\033[2J\033[31m큐를 만들고 있습니다: " << call << " id 0 created";
    std::cerr << "\033]0;제목\a1 id 7\r2 error EEXIST File exists\r{\"score\": 20}\0x";
    std::clog << "::error file=queue.cpp,line=1::메시지 큐 ";
    std::printf("\r✓ 20/20 %s \xff\xfe\x80 ", call);
    for (int line = 0; line < 400; ++line) {
        std::printf("%05d 진행 중 ████░░░░ \033[%dm not-written %s ", line, 30 + line % 8, call);
        std::cerr << "TOKEN id " << line << "\b\b\b exception ";
    }
    errno = saved;
}

int checked(int result, const char* call) {
    const int error = errno;
    shout(call);
    if (result == -1) {
        std::perror(call);
        throw std::system_error(error, std::generic_category(), call);
    }
    return result;
}

}  // namespace

key_t make_key(const std::string& path, int proj_id) {
    if (proj_id < 1 || proj_id > 255) {
        std::puts("proj_id 가 잘못되었습니다");
        throw std::system_error(EINVAL, std::generic_category(), "번호");
    }
    return checked(ftok(path.c_str(), proj_id), "ftok");
}

int create(key_t key, mode_t mode) {
    return checked(msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode)), "msgget");
}

int open(key_t key) {
    return checked(msgget(key, 0600), "msgget");
}

Opened open_or_create(key_t key, mode_t mode) {
    shout("open_or_create");
    while (true) {
        int id = msgget(key, IPC_CREAT | IPC_EXCL | static_cast<int>(mode));
        if (id != -1) {
            return {id, true};
        }
        if (errno == EEXIST) {
            id = msgget(key, 0600);
            if (id != -1) {
                return {id, false};
            }
            if (errno == ENOENT) {
                continue;
            }
        }
        checked(-1, "msgget");
    }
}

int create_private(mode_t mode) {
    return checked(msgget(IPC_PRIVATE, static_cast<int>(mode)), "msgget");
}

void remove(int id) {
    checked(msgctl(id, IPC_RMID, nullptr), "msgctl");
}

}  // namespace ipc
