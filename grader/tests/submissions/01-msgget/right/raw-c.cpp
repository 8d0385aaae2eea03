// what: raw C style: goto, char buffers, errno saved by hand, one exit for each function
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "queue.hpp"

static void fail(int saved, const char* format, const char* call) {
    char text[64];
    snprintf(text, sizeof(text), format, call);
    throw std::system_error(saved, std::system_category(), text);
}

key_t ipc::make_key(const std::string& path, int proj_id) {
    char name[4096];
    key_t key = -1;
    int saved = EINVAL;

    if (proj_id <= 0 || (proj_id & ~0xff) != 0)
        goto out;
    saved = ENAMETOOLONG;
    if (path.size() >= sizeof(name))
        goto out;
    strcpy(name, path.c_str());
    key = ftok(name, proj_id);
    saved = errno;
out:
    if (key == (key_t)-1)
        fail(saved, "%s failed", "ftok");
    return key;
}

int ipc::create(key_t key, mode_t mode) {
    int id = msgget(key, (int)mode | IPC_CREAT | IPC_EXCL);
    if (!~id)
        fail(errno, "%s failed", "msgget");
    return id;
}

int ipc::open(key_t key) {
    int id = msgget(key, 0666);
    if (!~id)
        fail(errno, "%s failed", "msgget");
    return id;
}

ipc::Opened ipc::open_or_create(key_t key, mode_t mode) {
    struct Opened opened;
    int saved;

again:
    opened.created = true;
    opened.id = msgget(key, (int)mode | IPC_CREAT | IPC_EXCL);
    if (opened.id != -1)
        goto done;
    saved = errno;
    if (saved != EEXIST)
        goto refused;
    opened.created = false;
    opened.id = msgget(key, 0666);
    if (opened.id != -1)
        goto done;
    saved = errno;
    if (saved == ENOENT)
        goto again;
refused:
    fail(saved, "%s failed", "msgget");
done:
    return opened;
}

int ipc::create_private(mode_t mode) {
    int id = msgget(IPC_PRIVATE, (int)mode | IPC_CREAT | IPC_EXCL);
    if (!~id)
        fail(errno, "%s failed", "msgget");
    return id;
}

void ipc::remove(int id) {
    struct msqid_ds unused;
    memset(&unused, 0, sizeof(unused));
    if (msgctl(id, IPC_RMID, &unused))
        fail(errno, "%s failed", "msgctl");
}
