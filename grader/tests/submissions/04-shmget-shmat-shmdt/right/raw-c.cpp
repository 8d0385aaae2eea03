// what: plain C: macros, casts, goto, one byte array for the board; shmdt is called without a look
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "memory.hpp"

#define DIE(error, what) throw std::system_error(error, std::system_category(), what)
#define FAILED ((void*)-1)
/* A board is one byte that says how many notices there are, and behind it a place of 201 bytes for
 * each: its length, and its text. */
#define PLACE(board, number) ((board) + 1 + (number) * (1 + longest_notice))

namespace ipc {

int create(key_t key, size_t size, mode_t mode) {
    int id;
    if ((id = shmget(key, size, IPC_CREAT | IPC_EXCL | (int)mode)) < 0)
        DIE(errno, "create");
    return id;
}

int open(key_t key, size_t size) {
    int id;
    if ((id = shmget(key, size, 0)) < 0)
        DIE(errno, "open");
    return id;
}

void* attach(int id) {
    void* p;
    if ((p = shmat(id, 0, 0)) == FAILED)
        DIE(errno, "attach");
    return p;
}

const void* attach_readonly(int id) {
    void* p;
    if ((p = shmat(id, 0, SHM_RDONLY)) == FAILED)
        DIE(errno, "attach_readonly");
    return p;
}

void detach(const void* address) {
    if (shmdt(address))
        DIE(errno, "detach");
}

void remove(int id) {
    if (shmctl(id, IPC_RMID, 0))
        DIE(errno, "remove");
}

Attachment::Attachment(int id, Access access) {
    address_ = access == Access::read_write ? attach(id) : (void*)attach_readonly(id);
}

Attachment::Attachment(Attachment&& other) noexcept {
    address_ = other.address_;
    other.address_ = NULL;
}

Attachment& Attachment::operator=(Attachment&& other) noexcept {
    void* mine = address_;
    if (this == &other)
        goto out;
    address_ = other.address_;
    other.address_ = NULL;
    shmdt(mine); /* nothing is at NULL: that is refused, and nobody minds */
out:
    return *this;
}

Attachment::~Attachment() {
    shmdt(address_);
}

void post(key_t key, const std::string& text) {
    int id, error = 0;
    unsigned char* board;
    if (text.size() > longest_notice)
        DIE(EMSGSIZE, "post");
    if ((id = shmget(key, board_size, IPC_CREAT | 0600)) < 0)
        DIE(errno, "post");
    if ((board = (unsigned char*)shmat(id, 0, 0)) == FAILED)
        DIE(errno, "post");
    if (*board == most_notices) {
        error = ENOSPC;
        goto out;
    }
    *PLACE(board, *board) = (unsigned char)text.size();
    memcpy(PLACE(board, *board) + 1, text.data(), text.size());
    __atomic_store_n(board, (unsigned char)(*board + 1), __ATOMIC_RELEASE);
out:
    shmdt(board);
    if (error)
        DIE(error, "post");
}

std::vector<std::string> notices(key_t key) {
    std::vector<std::string> all;
    int id, i, count;
    const unsigned char* board;
    if ((id = shmget(key, 0, 0)) < 0)
        DIE(errno, "notices");
    if ((board = (const unsigned char*)shmat(id, 0, SHM_RDONLY)) == FAILED)
        DIE(errno, "notices");
    count = __atomic_load_n(board, __ATOMIC_ACQUIRE);
    for (i = 0; i < count; i++)
        all.push_back(std::string((const char*)PLACE(board, i) + 1, *PLACE(board, i)));
    shmdt(board);
    return all;
}

void take_down(key_t key) {
    remove(open(key, 0));
}

}  // namespace ipc
