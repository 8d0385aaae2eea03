// what: C in all but name: FILE*, char buffers, sscanf, columns found by position in the header
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "tools.hpp"

#define MAX_COLUMNS 32

struct table {
    FILE* file;
    char names[MAX_COLUMNS][32];
    int columns;
    char line[1024];
    char cells[MAX_COLUMNS][32];
};

static void die(int error) {
    throw std::system_error(error, std::generic_category());
}

static int split(const char* line, char words[MAX_COLUMNS][32]) {
    int count = 0, used = 0;
    while (count < MAX_COLUMNS && sscanf(line, "%31s%n", words[count], &used) == 1) {
        line += used;
        count++;
    }
    return count;
}

static void open_table(struct table* t, const char* path) {
    t->file = fopen(path, "re");
    if (t->file == NULL)
        die(errno);
    if (fgets(t->line, sizeof t->line, t->file) == NULL) {
        fclose(t->file);
        die(EIO);
    }
    t->columns = split(t->line, t->names);
}

static int next_row(struct table* t) {
    if (fgets(t->line, sizeof t->line, t->file) == NULL) {
        fclose(t->file);
        return 0;
    }
    memset(t->cells, 0, sizeof t->cells);
    split(t->line, t->cells);
    return 1;
}

static const char* cell(const struct table* t, const char* name) {
    for (int i = 0; i < t->columns; i++)
        if (strcmp(t->names[i], name) == 0)
            return t->cells[i];
    return "0";
}

static unsigned long number(const struct table* t, const char* name) {
    return (unsigned long)strtoll(cell(t, name), NULL, 10);
}

static void fill(ipc::Object* object, const struct table* t, const char* id) {
    object->id = (int)number(t, id);
    object->key = (key_t)number(t, "key");
    object->owner = (uid_t)number(t, "uid");
    object->mode = (mode_t)(strtoul(cell(t, "perms"), NULL, 8) & 0777);
}

std::vector<ipc::Queue> ipc::list_queues() {
    std::vector<Queue> result;
    struct table t;
    open_table(&t, "/proc/sysvipc/msg");
    while (next_row(&t)) {
        Queue q;
        fill(&q, &t, "msqid");
        q.bytes = number(&t, "cbytes");
        q.messages = number(&t, "qnum");
        result.push_back(q);
    }
    return result;
}

std::vector<ipc::Segment> ipc::list_segments() {
    std::vector<Segment> result;
    struct table t;
    open_table(&t, "/proc/sysvipc/shm");
    while (next_row(&t)) {
        Segment s;
        fill(&s, &t, "shmid");
        s.size = number(&t, "size");
        s.attaches = number(&t, "nattch");
        s.marked_for_removal = (strtoul(cell(&t, "perms"), NULL, 8) & SHM_DEST) != 0;
        result.push_back(s);
    }
    return result;
}

std::vector<ipc::SemaphoreSet> ipc::list_sets() {
    std::vector<SemaphoreSet> result;
    struct table t;
    open_table(&t, "/proc/sysvipc/sem");
    while (next_row(&t)) {
        SemaphoreSet s;
        fill(&s, &t, "semid");
        s.semaphores = number(&t, "nsems");
        result.push_back(s);
    }
    return result;
}

static int rmid(ipc::Kind kind, int id) {
    if (kind == ipc::Kind::queue)
        return msgctl(id, IPC_RMID, NULL);
    if (kind == ipc::Kind::segment)
        return shmctl(id, IPC_RMID, NULL);
    return semctl(id, 0, IPC_RMID);
}

ipc::Removal ipc::remove_id(Kind kind, int id) {
    struct shmid_ds status;
    if (rmid(kind, id) == -1)
        die(errno);
    if (kind != Kind::segment)
        return Removal::removed;
    if (shmctl(id, IPC_STAT, &status) == -1 && (errno == EINVAL || errno == EIDRM))
        return Removal::removed;
    return Removal::pending;
}

ipc::Removal ipc::remove_key(Kind kind, key_t key) {
    int id;
    if (key == IPC_PRIVATE)
        die(EINVAL);
    if (kind == Kind::queue)
        id = msgget(key, 0);
    else if (kind == Kind::segment)
        id = shmget(key, 0, 0);
    else
        id = semget(key, 0, 0);
    if (id == -1)
        die(errno);
    return remove_id(kind, id);
}

/* 0: nobody; 1: dead; 2: alive */
static int fate(pid_t pid) {
    if (pid <= 0)
        return 0;
    return kill(pid, 0) == -1 && errno == ESRCH ? 1 : 2;
}

std::vector<ipc::Swept> ipc::sweep() {
    std::vector<Swept> result;
    struct table t;
    open_table(&t, "/proc/sysvipc/msg");
    while (next_row(&t)) {
        int a = fate((pid_t)number(&t, "lspid")), b = fate((pid_t)number(&t, "lrpid"));
        int id = (int)number(&t, "msqid");
        if (a != 2 && b != 2 && a + b > 0 && rmid(Kind::queue, id) == 0)
            result.push_back({Kind::queue, id});
    }
    open_table(&t, "/proc/sysvipc/shm");
    while (next_row(&t)) {
        int id = (int)number(&t, "shmid");
        if (number(&t, "nattch") == 0 && fate((pid_t)number(&t, "cpid")) == 1 &&
            rmid(Kind::segment, id) == 0)
            result.push_back({Kind::segment, id});
    }
    open_table(&t, "/proc/sysvipc/sem");
    while (next_row(&t)) {
        int id = (int)number(&t, "semid"), count = (int)number(&t, "nsems");
        int named = 0, i;
        for (i = 0; i < count; i++) {
            int pid = semctl(id, i, GETPID), f;
            if (pid == -1 || (f = fate(pid)) == 2)
                break;
            named += f;
        }
        if (i == count && named > 0 && rmid(Kind::semaphore_set, id) == 0)
            result.push_back({Kind::semaphore_set, id});
    }
    return result;
}

static void put(const ipc::Object* object) {
    char name[64];
    struct passwd* user = getpwuid(object->owner);
    if (user != NULL)
        snprintf(name, sizeof name, "%s", user->pw_name);
    else
        snprintf(name, sizeof name, "%u", (unsigned)object->owner);
    printf("0x%08x\t%d\t%s\t%o", (unsigned)object->key, object->id, name, (unsigned)object->mode);
}

int ipc::my_ipcs(const std::vector<std::string>& arguments) {
    int bits = 0;
    for (size_t i = 0; i < arguments.size(); i++) {
        const char* word = arguments[i].c_str();
        if (strcmp(word, "-q") == 0)
            bits |= 1;
        else if (strcmp(word, "-m") == 0)
            bits |= 2;
        else if (strcmp(word, "-s") == 0)
            bits |= 4;
        else {
            fprintf(stderr, "my-ipcs: no such option: %s\n", word);
            return 2;
        }
    }
    if (bits == 0)
        bits = 7;
    if (bits & 1) {
        puts("key\tmsqid\towner\tperms\tused-bytes\tmessages");
        for (auto& q : list_queues())
            put(&q), printf("\t%lu\t%lu\n", q.bytes, q.messages);
    }
    if (bits & 2) {
        puts("key\tshmid\towner\tperms\tbytes\tnattch\tstatus");
        for (auto& s : list_segments())
            put(&s),
                printf("\t%zu\t%lu\t%s\n", s.size, s.attaches, s.marked_for_removal ? "dest" : "");
    }
    if (bits & 4) {
        puts("key\tsemid\towner\tperms\tnsems");
        for (auto& s : list_sets())
            put(&s), printf("\t%lu\n", s.semaphores);
    }
    return 0;
}

/* reads a whole word of at most max */
static int read_number(const char* word, int base, unsigned long long max,
                       unsigned long long* value) {
    const char* digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
    if (*word == '\0' || word[strspn(word, digits)] != '\0')
        return 0;
    errno = 0;
    *value = strtoull(word, NULL, base);
    return errno == 0 && *value <= max;
}

int ipc::my_ipcrm(const std::vector<std::string>& arguments) {
    int status = 0;
    for (int round = 0; round < 2; round++) {
        if (arguments.empty() || arguments.size() % 2 != 0) {
            fputs("my-ipcrm: options and ids or keys come in pairs\n", stderr);
            return 2;
        }
        for (size_t i = 0; i < arguments.size(); i += 2) {
            const char *option = arguments[i].c_str(), *word = arguments[i + 1].c_str();
            const char* letter;
            unsigned long long value;
            int key, ok;
            if (strlen(word) != arguments[i + 1].size() || option[0] != '-' || option[1] == '\0' ||
                arguments[i].size() != 2 || (letter = strchr("qmsQMS", option[1])) == NULL) {
                fprintf(stderr, "my-ipcrm: bad option %s\n", option);
                return 2;
            }
            key = *letter < 'a';
            if (key && strncmp(word, "0x", 2) == 0)
                ok = read_number(word + 2, 16, 0xffffffffULL, &value);
            else
                ok = read_number(word, 10, key ? 0xffffffffULL : 0x7fffffffULL, &value);
            if (!ok) {
                fprintf(stderr, "my-ipcrm: bad number %s\n", word);
                return 2;
            }
            if (round == 0)
                continue;
            Kind kind = strchr("qQ", *letter)   ? Kind::queue
                        : strchr("mM", *letter) ? Kind::segment
                                                : Kind::semaphore_set;
            try {
                if (key)
                    remove_key(kind, (key_t)(unsigned)value);
                else
                    remove_id(kind, (int)value);
            } catch (const std::system_error& error) {
                fprintf(stderr, "my-ipcrm: %s %s: %s\n", option, word,
                        strerror(error.code().value()));
                status = 1;
            }
        }
    }
    return status;
}
